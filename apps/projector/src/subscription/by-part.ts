/** The events of a batch by the part of the projections that their streams belong to. */
import { partOf, type RecordedEvent } from '#contracts';

const NONE: readonly RecordedEvent[] = [];
/** Several lanes get the same batch. */
const known = new WeakMap<readonly RecordedEvent[], RecordedEvent[][]>();

export function eventsOfPart(events: RecordedEvent[], part: number, parts: number): readonly RecordedEvent[] {
  if (parts === 1) return events;
  let split = known.get(events);
  if (!split) {
    split = [];
    for (const event of events) (split[partOf(event.stream, parts)] ??= []).push(event);
    known.set(events, split);
  }
  return split[part] ?? NONE;
}
