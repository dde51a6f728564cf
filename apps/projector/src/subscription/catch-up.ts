/** Beside a lane: reads the log by itself for states that are far behind, and hands them over where it meets the lane. So nobody waits for a
 *  part that was taken over, nor for a generation that is built from the beginning. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordedEvent } from '#contracts';
import type { EventLog, LogScan } from '#ports';
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
  /** Before each batch: how many bytes it may hold, where its columns come packed or not. Waits where others need the machine more. */
  bytes(stop: AbortSignal, packed: boolean): Promise<number>;
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

/** Fewer are read before a thread that reads them has begun. */
const FAR_EVENTS = 1_024;
/** So many are read again by the lane rather than by two lanes at once. */
const NEAR_EVENTS = 256;

export class CatchUp<S extends LaneState> implements RunningLane {
  readonly done: Promise<void>;
  private readonly turns: Turns;
  private readonly ahead: ReadAhead;
  private scan: LogScan | undefined;
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
      else await Promise.all([this.endReading(), arrived.fired]);
      if (this.arrived === arrived) this.arrived = signal();
    }
    await this.turns.end();
    await this.endReading();
  }

  private async advance(): Promise<void> {
    const { lane, main, log, pace, stop, trouble, around } = this.config;
    const scan = this.scanned();
    const packs = scan?.packs ?? false;
    const bytes = await pace.bytes(stop, packs);
    const readAfter = (position: number): Promise<RecordedEvent[]> => (scan ?? log).readAll(position, pace.eventsMax, bytes);
    // What this thread must read by itself waits until the step has begun.
    const readMeanwhile = async (position: number): Promise<RecordedEvent[]> => {
      if (!packs) await nextTurn();
      return readAfter(position);
    };
    const read = async (): Promise<RecordedEvent[]> => (await this.ahead.take(lane.position)) ?? readAfter(lane.position);
    const events = lane.position < main.lane.position ? await retryUntil(stop, trouble, read) : [];
    if (events === undefined || stop.aborted) return;
    if (isNear(events, main.lane.position)) return this.handOver();
    const end = events.at(-1)!.position;
    if (pace.readsAhead && end < main.lane.position) this.ahead.begin(end, () => readMeanwhile(end));
    await retryUntil(stop, trouble, () => around(events, () => lane.step(events)));
  }

  /** Begun where it is worth it. */
  private scanned(): LogScan | undefined {
    const { lane, main, log, pace } = this.config;
    const isFar = main.lane.position - lane.position > FAR_EVENTS;
    if (isFar && pace.readsAhead && lane.takesPacked) this.scan ??= log.scan();
    return this.scan;
  }

  private async endReading(): Promise<void> {
    const { scan } = this;
    this.scan = undefined;
    await Promise.all([this.ahead.end(), scan?.close()]);
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
