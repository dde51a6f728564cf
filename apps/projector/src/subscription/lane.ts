/** One lane: takes batches from the tail and has them projected, at its own pace, whatever happens to its store. */
import { setTimeout as rest } from 'node:timers/promises';
import type { RecordedEvent } from '#contracts';
import { retryUntil, type Trouble } from './retry.js';
import type { SharedTail } from './shared-tail.js';

/** What a lane projects into: the views, or the series. */
export interface Lane {
  name: string;
  /** Everything up to here is stored. */
  readonly position: number;
  /** Folds and stores a batch with its checkpoint. Rejects where trying again can help: the same batch then comes again.
   *  Resolves false where there is nothing left that it can project. */
  step(events: RecordedEvent[]): Promise<boolean>;
}

/** A lane in trouble for longer is no more waited for by the others. */
const DETACH_AFTER_TRIES = 5;

/** A step that took less was small: its cost is that of a transaction, whatever it holds. After it the lane rests for longer than it
 *  worked, so that at high rates of small events the next step holds more, and the doors get the processor; the more a step held, the
 *  longer, since that shows the rate. What comes after a pause is projected at once. */
const SMALL_STEP_MS = 50;
const REST_FACTOR_MIN = 4;
const REST_FACTOR_MAX = 24;
const EVENTS_PER_FACTOR = 8;
/** What a reader of the views waits at most, beside the step itself. */
const REST_MS_MAX = 200;
/** So many at once are a backlog, which no rest makes smaller. */
const BACKLOG_EVENTS = 4_096;

/** Resolves when stopped, or when the lane can do nothing any more. */
export async function runLane(lane: Lane, tail: SharedTail, stop: AbortSignal, trouble: Trouble): Promise<void> {
  const reader = tail.reader(lane.position);
  const detaching: Trouble = (state) => {
    if (state && state.tries >= DETACH_AFTER_TRIES) reader.detach();
    trouble(state);
  };
  try {
    for (;;) {
      const events = await retryUntil(stop, detaching, () => reader.next());
      if (events === undefined || events.length === 0) return;
      const beganAt = performance.now();
      if (!(await retryUntil(stop, detaching, () => lane.step(events)))) return;
      const restMs = restAfter(performance.now() - beganAt, events.length);
      if (restMs > 0 && !stop.aborted) await rest(restMs, undefined, { signal: stop }).catch(() => undefined);
    }
  } finally {
    reader.close();
  }
}

function restAfter(tookMs: number, events: number): number {
  if (tookMs >= SMALL_STEP_MS || events >= BACKLOG_EVENTS) return 0;
  const factor = Math.min(Math.max(events / EVENTS_PER_FACTOR, REST_FACTOR_MIN), REST_FACTOR_MAX);
  return Math.min(factor * tookMs, REST_MS_MAX);
}
