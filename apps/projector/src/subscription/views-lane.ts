/** The lane of the view store: a batch goes through every projection and into one transaction with their checkpoints. */
import type { RecordedEvent } from '#contracts';
import { StoreUnavailableError, type ViewStore } from '#ports';
import type { Projection } from '../projections/projection.js';
import { eventsOfPart } from './by-part.js';
import { CheckpointMovedError } from './checkpoint-moved.js';
import { foldSafely } from './fold-safely.js';
import { Lane } from './lane.js';
import { storeSteps, type Step } from './store-steps.js';
import type { ViewState } from './view-state.js';

export interface ViewsLaneConfig {
  name: string;
  views: ViewStore;
  parts: number;
  onFailed: (state: ViewState) => void;
  /** Another projector has been there, or the generation is another one now: what is known of these states is worth nothing any more. */
  onMoved: (states: ViewState[], error: CheckpointMovedError) => void;
}

export class ViewsLane extends Lane<ViewState> {
  readonly takesPacked = false;
  private readonly handled = new Map<Projection, ReadonlySet<string>>();

  constructor(private readonly config: ViewsLaneConfig) {
    super(config.name);
  }

  async step(events: RecordedEvent[]): Promise<void> {
    const end = events.at(-1)!.position;
    const steps = this.moving()
      .filter(({ position }) => position < end)
      .map((state) => this.fold(state, events, end));
    const touched = steps.filter(({ own }) => own);
    await this.commit(touched);
    for (const { state, own, position } of steps) if (!own) state.position = position;
  }

  handles(type: string): boolean {
    return this.states.some(({ projection }) => this.handledBy(projection).has(type));
  }

  /** Of parts where nothing has come of late: what is read again after a change of hands stays little. */
  async flush(): Promise<void> {
    const behind = this.moving().filter(({ stored, position }) => stored < position);
    await this.commit(behind.map((state) => ({ state, own: true, changes: undefined, position: state.position })));
  }

  private fold(state: ViewState, events: RecordedEvent[], end: number): Step & { own: boolean } {
    const own = eventsOfPart(events, state.part, this.config.parts);
    const handled = this.handledBy(state.projection);
    const fresh = own.filter(({ type, position }) => position > state.position && handled.has(type));
    const folded = foldSafely((some) => state.projection.fold(some), fresh, end);
    return { state, own: own.length > 0 && own.at(-1)!.position > state.position, ...folded };
  }

  private handledBy(projection: Projection): ReadonlySet<string> {
    let handled = this.handled.get(projection);
    if (!handled) this.handled.set(projection, (handled = new Set<string>(projection.handles)));
    return handled;
  }

  /** All in one transaction. Where that fails for good, each in its own, so that only the one at fault stands still. */
  private async commit(steps: Step[]): Promise<void> {
    if (steps.length === 0) return;
    try {
      await this.config.views.write((tx) => storeSteps(tx, steps));
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      if (error instanceof CheckpointMovedError) this.moved(error);
      else if (steps.length > 1) for (const step of steps) await this.commit([step]);
      else this.fail(steps[0]!.state, { position: steps[0]!.state.position + 1, error });
      return;
    }
    for (const { state, position, poison } of steps) {
      state.position = position;
      state.stored = position;
      if (poison) this.fail(state, poison);
    }
  }

  /** The whole part is looked at anew. Nothing of this batch was stored; the lane is where it was, and the batch comes again. */
  private moved(error: CheckpointMovedError): void {
    const removed = this.remove(({ part }) => part === error.part);
    for (const state of removed) state.released = true;
    this.config.onMoved(removed, error);
  }

  private fail(state: ViewState, { position, error }: { position: number; error: unknown }): void {
    state.failed = { position, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    this.config.onFailed(state);
  }
}
