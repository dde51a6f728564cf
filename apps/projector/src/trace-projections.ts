/** The spans of the projector: what became of a traced request after it was answered. Where tracing is off nothing here runs. */
import type { RecordedEvent } from '#contracts';
// Not by `#platform`, which loads Nest.
import { parentAndLinks, type Tracer } from '../../../libs/platform/src/tracing.js';

/** Older events are projected again, not for the first time: their traces are over. */
const FIRST_TIME_WITHIN_MS = 10 * 60_000;

/** Runs `work` as a span that follows from the events which are traced; just runs it where none is. */
export async function traceWork<T>(
  tracer: Tracer | undefined,
  name: string,
  events: readonly RecordedEvent[],
  work: () => Promise<T> | T,
): Promise<T> {
  const from = tracer && followed(events);
  const span =
    from && tracer.start(name, { ...from, attributes: { 'thingsio.events': events.length, 'thingsio.position': events.at(-1)!.position } });
  if (!span) return work();
  try {
    const done = await work();
    span.end();
    return done;
  } catch (error) {
    span.end(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

function followed(events: readonly RecordedEvent[]) {
  const since = Date.now() - FIRST_TIME_WITHIN_MS;
  return parentAndLinks(
    events.flatMap(({ metadata: { traceparent, recordedAt } }) => (traceparent !== undefined && recordedAt > since ? [traceparent] : [])),
  );
}
