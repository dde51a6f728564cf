/** One lane: takes batches from the tail and has them projected, at its own pace, whatever happens to its store. */
import type { RecordedEvent } from '#contracts';
import { retryUntil, type Trouble } from './retry.js';
import type { SharedTail } from './shared-tail.js';
import { Turns } from './turns.js';

/** How far one generation of one projection is, in one part. */
export interface LaneState {
  readonly part: number;
  readonly generation: number;
  /** Everything up to here is folded in, or none of its concern. */
  position: number;
  /** What the store says; behind `position` where nothing of its part has come since. */
  stored: number;
  failed?: Failure;
  /** Somebody else's now: no step may begin with it. */
  released?: boolean;
}

export interface Failure {
  position: number;
  error: string;
}

/** States that go through the log together. */
export abstract class Lane<S extends LaneState = LaneState> {
  protected states: readonly S[] = [];

  constructor(readonly name: string) {}

  /** Folds and stores a batch with its checkpoints. Rejects where trying again can help: the same batch then comes again. What a state has
   *  had already is left out, so a batch may begin anywhere before the lane's position. */
  abstract step(events: RecordedEvent[]): Promise<void>;
  /** Whether it looks into events of this type. */
  abstract handles(type: string): boolean;
  /** Whether it takes columns that are packed: see `LogScan`. */
  abstract readonly takesPacked: boolean;
  /** Stores the checkpoints that are behind. */
  abstract flush(): Promise<void>;

  /** Of what still moves; infinity where nothing does. */
  get position(): number {
    let lowest = Infinity;
    for (const state of this.states) if (!state.failed && state.position < lowest) lowest = state.position;
    return lowest;
  }

  all(): readonly S[] {
    return this.states;
  }

  has(which: (state: S) => boolean): boolean {
    return this.states.some(which);
  }

  add(states: readonly S[]): void {
    this.states = [...this.states, ...states.filter(({ released }) => !released)];
  }

  remove(which: (state: S) => boolean): S[] {
    const removed = this.states.filter(which);
    if (removed.length > 0) this.states = this.states.filter((state) => !removed.includes(state));
    return removed;
  }

  protected moving(): S[] {
    return this.states.filter(({ failed, released }) => !failed && !released);
  }
}

export interface RunningLane {
  /** Does something between two steps. */
  between<T>(work: () => Promise<T> | T): Promise<T>;
  /** Resolves when stopped. */
  readonly done: Promise<void>;
}

export interface LaneRun {
  tail: SharedTail;
  stop: AbortSignal;
  trouble: Trouble;
  /** Around each step: to measure, trace and tell. */
  around: (events: RecordedEvent[], step: () => Promise<void>) => Promise<void>;
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

export function runLane(lane: Lane, { tail, stop, trouble, around }: LaneRun): RunningLane {
  const reader = tail.reader(lane.position);
  const turns = new Turns(() => reader.wake());
  const detaching: Trouble = (state) => {
    if (state && state.tries >= DETACH_AFTER_TRIES) reader.detach();
    trouble(state);
  };
  const run = async (): Promise<void> => {
    try {
      for (await turns.run(); !stop.aborted; await turns.run()) {
        reader.seek(lane.position);
        const events = await retryUntil(stop, detaching, () => reader.next());
        if (events === undefined) return;
        if (events.length === 0) continue;
        const beganAt = performance.now();
        await retryUntil(stop, detaching, () => around(events, () => lane.step(events)));
        const restMs = restAfter(performance.now() - beganAt, events.length);
        if (restMs > 0) await turns.rest(restMs, stop);
      }
    } finally {
      reader.close();
      await turns.end();
    }
  };
  return { between: (work) => turns.between(work), done: run() };
}

function restAfter(tookMs: number, events: number): number {
  if (tookMs >= SMALL_STEP_MS || events >= BACKLOG_EVENTS) return 0;
  const factor = Math.min(Math.max(events / EVENTS_PER_FACTOR, REST_FACTOR_MIN), REST_FACTOR_MAX);
  return Math.min(factor * tookMs, REST_MS_MAX);
}
