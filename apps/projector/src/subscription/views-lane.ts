/** The lane of the view store: a batch goes through every projection and into one transaction with their checkpoints. */
import type { RecordedEvent } from '#contracts';
import { StoreUnavailableError, type ViewStore, type ViewTransaction } from '#ports';
import type { Projection } from '../projections/projection.js';
import { upsert } from '../projections/rows.js';
import { foldSafely, type Folded } from './fold-safely.js';
import type { Lane } from './lane.js';

/** The generation that queries read. Another one beside it would be a lane of its own, with its own checkpoints. */
export const LIVE_GENERATION = 1;

export interface ProjectionState {
  projection: Projection;
  generation: number;
  position: number;
  failed?: { position: number; error: string };
}

export interface ViewsLaneConfig {
  views: ViewStore;
  projections: readonly Projection[];
  /** Head of the log: a view that claims to have seen more belongs to another log, and is built again. */
  head: number;
  onFailed: (state: ProjectionState) => void;
  onRebuild: (state: ProjectionState, reason: string) => void;
}

/** Reads the checkpoints, and empties the views that an older version of their projection wrote. */
export async function openViewsLane(config: ViewsLaneConfig): Promise<ViewsLane> {
  const lane = new ViewsLane(config);
  await lane.load();
  return lane;
}

interface Step extends Folded<unknown> {
  state: ProjectionState;
}

export class ViewsLane implements Lane {
  readonly name = 'views';
  readonly states: ProjectionState[];
  private readonly handled: Map<ProjectionState, ReadonlySet<string>>;

  constructor(private readonly config: ViewsLaneConfig) {
    this.states = config.projections.map((projection) => ({ projection, generation: LIVE_GENERATION, position: 0 }));
    this.handled = new Map(this.states.map((state) => [state, new Set<string>(state.projection.handles)]));
  }

  /** Of what still moves; of what is left where nothing does. */
  get position(): number {
    const moving = this.moving();
    return Math.min(...(moving.length > 0 ? moving : this.states).map(({ position }) => position));
  }

  async load(): Promise<void> {
    const rows = await this.config.views.db.selectFrom('checkpoints').selectAll().execute();
    for (const state of this.states) {
      const { name, version } = state.projection;
      const row = rows.find(({ projection, generation }) => projection === name && generation === state.generation);
      state.position = row?.position ?? 0;
      if (!row) continue;
      const otherVersion = row.projection_version !== version;
      if (otherVersion)
        await this.startAnew(state, `version ${version} reads the log in another way than version ${row.projection_version}`);
      else if (row.position > this.config.head) await this.startAnew(state, `its checkpoint ${row.position} is behind the end of the log`);
    }
  }

  async step(events: RecordedEvent[]): Promise<boolean> {
    const end = events.at(-1)!.position;
    const steps = this.moving()
      .filter(({ position }) => position < end)
      .map((state) => this.fold(state, events, end));
    await this.commit(steps);
    return this.moving().length > 0;
  }

  private moving(): ProjectionState[] {
    return this.states.filter(({ failed }) => failed === undefined);
  }

  private fold(state: ProjectionState, events: RecordedEvent[], end: number): Step {
    const handled = this.handled.get(state)!;
    const own = events.filter(({ type, position }) => position > state.position && handled.has(type));
    return { state, ...foldSafely((some) => state.projection.fold(some), own, end) };
  }

  /** All in one transaction. Where that fails for good, each in its own, so that only the one at fault stands still. */
  private async commit(steps: Step[]): Promise<void> {
    if (steps.length === 0) return;
    try {
      await this.config.views.write((tx) => store(tx, steps));
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      if (steps.length > 1) for (const step of steps) await this.commit([step]);
      else this.fail(steps[0]!.state, { position: steps[0]!.state.position + 1, error });
      return;
    }
    for (const { state, position, poison } of steps) {
      state.position = position;
      if (poison) this.fail(state, poison);
    }
  }

  private fail(state: ProjectionState, { position, error }: { position: number; error: unknown }): void {
    state.failed = { position, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
    this.config.onFailed(state);
  }

  private async startAnew(state: ProjectionState, reason: string): Promise<void> {
    const { name, tables } = state.projection;
    this.config.onRebuild(state, reason);
    await this.config.views.write(async (tx) => {
      for (const table of tables) await tx.deleteFrom(table).execute();
      await tx.deleteFrom('checkpoints').where('projection', '=', name).where('generation', '=', state.generation).execute();
    });
    state.position = 0;
  }
}

async function store(tx: ViewTransaction, planned: Step[]): Promise<void> {
  const steps = await notYetStored(tx, planned);
  if (steps.length === 0) return;
  for (const { state, changes } of steps) if (changes !== undefined) await state.projection.write(tx, changes);
  const rows = steps.map(({ state, position }) => ({
    projection: state.projection.name,
    generation: state.generation,
    part: 0,
    projection_version: state.projection.version,
    position,
  }));
  await upsert(tx, 'checkpoints', ['projection', 'generation', 'part'], rows);
}

/** A checkpoint that is already where a step leads to is our own, of a commit whose answer was lost. One that is elsewhere
 *  is another projector's: both together would count everything twice. */
async function notYetStored(tx: ViewTransaction, steps: Step[]): Promise<Step[]> {
  const rows = await tx.selectFrom('checkpoints').selectAll().execute();
  return steps.filter(({ state, position }) => {
    const row = rows.find(({ projection, generation }) => projection === state.projection.name && generation === state.generation);
    const stored = row?.position ?? 0;
    if (stored !== state.position && stored !== position) throw new CheckpointMovedError(state.projection.name, state.position, stored);
    return stored !== position;
  });
}

export class CheckpointMovedError extends Error {
  override readonly name = 'CheckpointMovedError';
  constructor(projection: string, expected: number, stored: number) {
    super(`the checkpoint of ${projection} is ${stored}, not ${expected}: another projector writes to this store`);
  }
}
