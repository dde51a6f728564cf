/** Folds as far as the fold can: an event that it throws on stops it right before, and nothing before that is lost. */
import { upcastEvent, type RecordedEvent } from '#contracts';

export interface Folded<C> {
  /** Undefined where nothing could be folded. */
  changes: C | undefined;
  /** Of the last event folded in; the checkpoint that belongs to `changes`. */
  position: number;
  poison?: { position: number; error: unknown };
}

/** `events` are those that the fold handles, in any version; `end` is the position of the batch they were picked from. */
export function foldSafely<C>(
  foldCurrent: (events: readonly RecordedEvent[]) => C,
  events: readonly RecordedEvent[],
  end: number,
): Folded<C> {
  const fold = (some: readonly RecordedEvent[]): C => foldCurrent(some.map(upcastEvent));
  try {
    return { changes: events.length === 0 ? undefined : fold(events), position: end };
  } catch (error) {
    const before = events.slice(0, poisonIndex(fold, events));
    const poison = { position: events[before.length]!.position, error };
    return { changes: before.length === 0 ? undefined : fold(before), position: poison.position - 1, poison };
  }
}

/** Index of the first event without which the fold succeeds: found by halving, as a fold is pure. */
function poisonIndex(fold: (events: readonly RecordedEvent[]) => unknown, events: readonly RecordedEvent[]): number {
  let good = 0;
  let bad = events.length;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    try {
      fold(events.slice(0, middle));
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}
