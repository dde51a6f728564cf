/** Beside a lane: reads the log by itself for states that are far behind, and hands them over where it meets the lane. So nobody waits for a
 *  part that was taken over, nor for a generation that is built from the beginning. */
import type { RecordedEvent } from '#contracts';
import type { EventLog } from '#ports';
import type { Lane, LaneState, RunningLane } from './lane.js';
import { ReadAhead } from './read-ahead.js';
import { retryUntil, type Trouble } from './retry.js';
import { signal } from './signal.js';
import { Turns } from './turns.js';

/** How fast it may go. */
export interface Pace {
  eventsMax: number;
  /** Whether the next batch is read while one is stored: faster, and twice as much in memory. */
  readsAhead: boolean;
  /** Before each batch: how many bytes it may hold. Waits where others need the machine more. */
  bytes(stop: AbortSignal): Promise<number>;
}

export interface CatchUpConfig<S extends LaneState> {
  /** Of its own, with the states that it takes along. */
  lane: Lane<S>;
  main: { lane: Lane<S>; running: RunningLane };
  log: EventLog;
  pace: Pace;
  stop: AbortSignal;
  trouble: Trouble;
  around: (events: RecordedEvent[], step: () => Promise<void>) => Promise<void>;
}

/** So many are read again by the lane rather than by two lanes at once. */
const NEAR_EVENTS = 256;

export class CatchUp<S extends LaneState> implements RunningLane {
  readonly done: Promise<void>;
  private readonly turns: Turns;
  private readonly ahead: ReadAhead;
  private arrived = signal();

  constructor(private readonly config: CatchUpConfig<S>) {
    const { lane, stop } = config;
    this.ahead = new ReadAhead({ looksInto: (type) => lane.handles(type), stop });
    this.turns = new Turns(() => this.arrived.fire());
    stop.addEventListener('abort', () => this.arrived.fire(), { once: true });
    this.done = this.run();
  }

  between<T>(work: () => Promise<T> | T): Promise<T> {
    return this.turns.between(work);
  }

  get lane(): Lane<S> {
    return this.config.lane;
  }

  add(states: readonly S[]): Promise<void> {
    return this.between(() => this.config.lane.add(states));
  }

  private async run(): Promise<void> {
    const { lane, stop } = this.config;
    for (await this.turns.run(); !stop.aborted; await this.turns.run()) {
      const { arrived } = this;
      if (lane.position < Infinity) await this.advance();
      else await Promise.all([this.ahead.end(), arrived.fired]);
      if (this.arrived === arrived) this.arrived = signal();
    }
    await this.turns.end();
    await this.ahead.end();
  }

  private async advance(): Promise<void> {
    const { lane, main, log, pace, stop, trouble, around } = this.config;
    const bytes = await pace.bytes(stop);
    const readAfter = (position: number): Promise<RecordedEvent[]> => log.readAll(position, pace.eventsMax, bytes);
    const read = async (): Promise<RecordedEvent[]> => (await this.ahead.take(lane.position)) ?? readAfter(lane.position);
    const events = lane.position < main.lane.position ? await retryUntil(stop, trouble, read) : [];
    if (events === undefined || stop.aborted) return;
    if (isNear(events, main.lane.position)) return this.handOver();
    const stepped = retryUntil(stop, trouble, () => around(events, () => lane.step(events)));
    const end = events.at(-1)!.position;
    if (pace.readsAhead && end < main.lane.position) this.ahead.begin(end, () => readAfter(end));
    await stepped;
  }

  /** What stands still stays behind. */
  private async handOver(): Promise<void> {
    const { lane, main } = this.config;
    const states = lane.remove(({ failed }) => failed === undefined);
    await main.running.between(() => main.lane.add(states));
  }
}

/** Whether the lane at `target` is reached within a few events, or there are no more. */
function isNear(events: readonly RecordedEvent[], target: number): boolean {
  const last = events.at(-1);
  return last === undefined || (last.position >= target && events.length <= NEAR_EVENTS) || (events[NEAR_EVENTS]?.position ?? 0) > target;
}
