/** All states of the views, or of the series, wherever they are: in the lane that keeps up with the log, or in one of those beside it. */
import type { RecordedEvent } from '#contracts';
import type { EventLog } from '#ports';
import { CatchUp, type Pace } from './catch-up.js';
import { runLane, type Lane, type LaneState, type RunningLane } from './lane.js';
import type { Trouble } from './retry.js';
import type { SharedTail } from './shared-tail.js';

export interface TrackConfig<S extends LaneState> {
  name: string;
  create: (name: string) => Lane<S>;
  log: EventLog;
  tail: SharedTail;
  /** Of generations that are built beside the live one. */
  buildingPace: Pace;
  stop: AbortSignal;
  troubleOf: (where: string) => Trouble;
  /** Around each step of each lane. */
  around: (kind: LaneKind, lane: Lane<S>, events: RecordedEvent[], step: () => Promise<void>) => Promise<void>;
}

/** The lane itself; what of live generations is behind it; generations that are being built, until they have met it. */
export type LaneKind = 'main' | 'behind' | 'building';

/** What was left behind in the live generation catches up as fast as it can, in no more memory than the lane itself. */
const LATE_PACE: Pace = { eventsMax: 4_096, readsAhead: false, bytes: () => Promise.resolve(8 * 1024 * 1024) };

export class Track<S extends LaneState> {
  readonly main: Lane<S>;
  private readonly running: RunningLane;
  private readonly late: CatchUp<S>;
  private readonly building: CatchUp<S>;
  private readonly states = new Set<S>();

  constructor(private readonly config: TrackConfig<S>) {
    const { name, create, tail, stop, troubleOf, around } = config;
    this.main = create(name);
    const { main } = this;
    this.running = runLane(main, { tail, stop, trouble: troubleOf(name), around: (events, step) => around('main', main, events, step) });
    this.late = this.catchUp('behind', LATE_PACE);
    this.building = this.catchUp('building', config.buildingPace);
  }

  all(): readonly S[] {
    return [...this.states];
  }

  /** Of generations that queries see. Those that stand where most do join the lane at once, the others when they have caught up. */
  async addLive(states: readonly S[]): Promise<void> {
    if (states.length === 0) return;
    for (const state of states) this.states.add(state);
    const left = await this.running.between(() => {
      const place = this.main.position < Infinity ? this.main.position : Math.max(...states.map(({ position }) => position));
      this.main.add(states.filter(({ position }) => position >= place));
      return states.filter(({ position }) => position < place);
    });
    if (left.length > 0) await this.late.add(left);
  }

  async addBuilding(states: readonly S[]): Promise<void> {
    if (states.length === 0) return;
    for (const state of states) this.states.add(state);
    await this.building.add(states);
  }

  /** Resolves when no step has any of them in hand. */
  async remove(which: (state: S) => boolean): Promise<S[]> {
    const removed = this.all().filter(which);
    if (removed.length === 0) return removed;
    for (const state of removed) {
      state.released = true;
      this.states.delete(state);
    }
    const isReleased = ({ released }: S): boolean => released === true;
    await Promise.all([
      this.running.between(() => this.main.remove(isReleased)),
      ...[this.late, this.building].map((beside) => beside.between(() => beside.lane.remove(isReleased))),
    ]);
    return removed;
  }

  /** At once; only between two steps of the lane itself, and only what is in it. */
  removeInTurn(which: (state: S) => boolean): void {
    for (const state of this.main.remove(which)) {
      state.released = true;
      this.states.delete(state);
    }
  }

  /** Brings up the checkpoints of quiet parts, so that little is read again when a part changes hands. */
  async flush(): Promise<void> {
    const isBehind = ({ stored, position, failed }: S): boolean => stored < position && !failed;
    if (this.main.has(isBehind)) await this.running.between(() => this.main.flush());
  }

  /** What the lane itself has removed, as its store said that others were there. */
  forget(states: readonly S[]): void {
    for (const state of states) this.states.delete(state);
  }

  /** Whether it keeps up with the log, together with the others. */
  isInMain(state: S): boolean {
    return this.main.has((one) => one === state);
  }

  between<T>(work: () => Promise<T> | T): Promise<T> {
    return this.running.between(work);
  }

  /** Resolves when no lane takes a step any more. */
  async done(): Promise<void> {
    await Promise.all([this.running.done, this.late.done, this.building.done]);
  }

  private catchUp(kind: LaneKind, pace: Pace): CatchUp<S> {
    const { name, create, log, stop, troubleOf, around } = this.config;
    const lane = create(`${name} ${kind}`);
    return new CatchUp<S>({
      lane,
      main: { lane: this.main, running: this.running },
      log,
      pace,
      stop,
      trouble: troubleOf(lane.name),
      around: (events, step) => around(kind, lane, events, step),
    });
  }
}
