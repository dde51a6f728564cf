/** Which states of which parts are worked on here: what this process owns, in the generations that are live or being built. */
import type { SeriesGenerations, SeriesStore, ViewStore } from '#ports';
import type { Projection } from '../projections/projection.js';
import { liveOf, readKnown, rebuildOf, SERIES, type GenerationRow, type Known } from '../rebuild/known.js';
import { loadViewStates, type Wanted } from './load-states.js';
import type { SeriesProjection, SeriesState } from './series-lane.js';
import type { Standing } from './progress.js';
import type { Track } from './track.js';
import type { ViewState } from './view-state.js';

export interface PartKeeperConfig {
  views: ViewStore;
  generations: SeriesGenerations;
  projections: readonly Projection[];
  series: SeriesProjection;
  viewsTrack: Track<ViewState>;
  seriesTrack: Track<SeriesState>;
  /** Called with what was loaded, before any lane has it: throws where it cannot be gone on from. */
  check: (views: readonly ViewState[], series: readonly SeriesState[]) => Promise<void>;
}

/** A reader of the series may ask the former generation for so long after a switch: it is written to until then. */
const FORMER_SERIES_MS = 2_000;

export class PartKeeper {
  readonly owned = new Set<number>();
  known: Known = { generations: [], rebuilds: [] };
  /** Live generations that another version of their program made: they stay where they are. */
  private left: Standing[] = [];
  private readonly stores = new Map<number, Promise<SeriesStore>>();
  private readonly formerSince = new Map<number, number>();
  /** Projections whose live generation is worked on. */
  private liveViews = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly config: PartKeeperConfig) {}

  take(parts: readonly number[]): Promise<void> {
    for (const part of parts) this.owned.add(part);
    return this.align();
  }

  /** Resolves when nothing of these parts is in hand any more. */
  giveUp(parts: readonly number[]): Promise<void> {
    for (const part of parts) this.owned.delete(part);
    return this.next(async () => {
      const isTheirs = ({ part }: { part: number }): boolean => !this.owned.has(part);
      await Promise.all([this.config.viewsTrack.remove(isTheirs), this.config.seriesTrack.remove(isTheirs)]);
    });
  }

  /** Looks at what there is, and works on just that. */
  align(): Promise<void> {
    return this.next(async () => {
      this.known = await readKnown(this.config.views.db);
      await this.alignViews();
      await this.alignSeries();
    });
  }

  /** Of what still moves; of what is left where nothing does; nothing while one of them is just being looked for. */
  viewsPosition(part: number): number {
    let moving = Infinity;
    let lowest = Infinity;
    let missing = this.liveViews;
    for (const state of this.config.viewsTrack.all()) {
      if (state.part !== part || state.names !== undefined) continue;
      missing--;
      lowest = Math.min(lowest, state.position);
      if (!state.failed) moving = Math.min(moving, state.position);
    }
    const position = moving < Infinity ? moving : lowest;
    return missing > 0 || position === Infinity ? 0 : position;
  }

  /** Of all generations that a query may be answered from, now or in a moment. */
  seriesPosition(part: number): number {
    let position = Infinity;
    for (const state of this.config.seriesTrack.all()) {
      if (state.part === part && this.isAsked(state)) position = Math.min(position, state.position);
    }
    return position < Infinity ? position : 0;
  }

  async close(): Promise<void> {
    await this.turn;
    for (const store of this.stores.values()) await (await store).close();
    this.stores.clear();
  }

  isBuilding(projection: string, generation: number): boolean {
    return rebuildOf(this.known, { projection, generation }) !== undefined;
  }

  standings(): Standing[] {
    const { viewsTrack, seriesTrack, series } = this.config;
    const views = viewsTrack.all().filter(({ names }) => names === undefined);
    const isLive = ({ generation }: { generation: number }): boolean => generation === liveOf(this.known, SERIES)?.generation;
    return [
      ...views.map(({ projection: { name, version }, ...state }) => standing('views', { name, version }, state)),
      ...seriesTrack
        .all()
        .filter(isLive)
        .map((state) => standing('series', series, state)),
      ...this.left,
    ];
  }

  private isAsked({ generation }: SeriesState): boolean {
    if (generation === liveOf(this.known, SERIES)?.generation || this.formerSince.has(generation)) return true;
    return rebuildOf(this.known, { projection: SERIES, generation })?.state === 'switching';
  }

  private async alignViews(): Promise<void> {
    const { viewsTrack, views, projections } = this.config;
    const wanted = projections.flatMap((projection) => this.wantedOf(projection));
    this.liveViews = projections.filter((projection) => this.generationsOf(projection).some(({ building }) => !building)).length;
    await viewsTrack.between(() => this.exchange(this.known));
    const isWanted = (state: ViewState): boolean =>
      wanted.some(
        ({ projection, generation, part, building }) =>
          projection === state.projection &&
          generation === state.generation &&
          part === state.part &&
          building === (state.names !== undefined),
      );
    await viewsTrack.remove((state) => !isWanted(state));
    const present = viewsTrack.all();
    const isPresent = ({ projection, generation, part }: Wanted): boolean =>
      present.some((state) => state.projection === projection && state.generation === generation && state.part === part);
    const loaded = await loadViewStates(
      views,
      wanted.filter((one) => !isPresent(one)),
    );
    await this.config.check(loaded, []);
    await viewsTrack.addLive(loaded.filter(({ names }) => names === undefined));
    await viewsTrack.addBuilding(loaded.filter(({ names }) => names !== undefined));
    await this.noteLeft();
  }

  /** What has become live goes on as it is, and what was live before is let go, in one moment: between two steps of the lane. */
  exchange(known: Known): void {
    const { viewsTrack } = this.config;
    const became = (state: ViewState): boolean =>
      state.names !== undefined && liveOf(known, state.projection.name)?.generation === state.generation && viewsTrack.isInMain(state);
    for (const state of viewsTrack.all().filter(became)) {
      const { projection, generation, part } = state;
      viewsTrack.removeInTurn((one) => one.projection === projection && one.part === part && one.generation !== generation);
      state.names = undefined;
    }
  }

  private async alignSeries(): Promise<void> {
    const { seriesTrack, series } = this.config;
    const wanted = this.generationsOf(series);
    const former = this.former(wanted.map(({ row }) => row.generation));
    const isKept = ({ part, generation }: SeriesState): boolean =>
      this.owned.has(part) && (former.includes(generation) || wanted.some(({ row }) => row.generation === generation));
    await seriesTrack.remove((state) => !isKept(state));
    for (const { row, building } of wanted) {
      const present = new Set(seriesTrack.all().flatMap(({ part, generation }) => (generation === row.generation ? [part] : [])));
      const missing = [...this.owned].filter((part) => !present.has(part));
      if (missing.length === 0) continue;
      const store = await this.storeOf(row.generation);
      const states = await Promise.all(
        missing.map(async (part): Promise<SeriesState> => {
          const position = await store.checkpoint(part);
          return { generation: row.generation, part, position, stored: position, store };
        }),
      );
      if (!building) await this.config.check([], states);
      await (building ? seriesTrack.addBuilding(states) : seriesTrack.addLive(states));
    }
    await this.closeUnused();
  }

  /** The live generation, where this program made it, and one that is being built and not paused. */
  private generationsOf({ name, version }: { name: string; version: number }): { row: GenerationRow; building: boolean }[] {
    const ours = this.known.generations.filter((row) => row.projection === name && row.projection_version === version);
    return ours.flatMap((row): { row: GenerationRow; building: boolean }[] => {
      if (row.state === 'live') return [{ row, building: false }];
      const state = rebuildOf(this.known, row)?.state;
      return row.state === 'building' && (state === 'running' || state === 'switching') ? [{ row, building: true }] : [];
    });
  }

  private wantedOf(projection: Projection): Wanted[] {
    return this.generationsOf(projection).flatMap(({ row: { generation }, building }) =>
      [...this.owned].map((part) => ({ projection, generation, part, building })),
    );
  }

  /** Generations of the series that were live a moment ago. */
  private former(wanted: readonly number[]): number[] {
    const now = performance.now();
    const generations = new Set(this.config.seriesTrack.all().map(({ generation }) => generation));
    for (const generation of generations) {
      const row = this.known.generations.find((one) => one.projection === SERIES && one.generation === generation);
      if (wanted.includes(generation) || row?.state !== 'old') this.formerSince.delete(generation);
      else if (!this.formerSince.has(generation)) {
        this.formerSince.set(generation, now);
        setTimeout(() => void this.align().catch(() => undefined), FORMER_SERIES_MS + 10).unref();
      }
    }
    return [...this.formerSince].flatMap(([generation, since]) => (now - since < FORMER_SERIES_MS ? [generation] : []));
  }

  private async noteLeft(): Promise<void> {
    const { projections, series, views } = this.config;
    const others = [...projections, series].flatMap(({ name, version }) => {
      const row = liveOf(this.known, name);
      return row && row.projection_version !== version ? [{ row, version }] : [];
    });
    if (others.length === 0) return void (this.left = []);
    const checkpoints = await views.db.selectFrom('checkpoints').selectAll().execute();
    this.left = others.flatMap(({ row: { projection, generation, projection_version }, version }) =>
      [...this.owned].map((part): Standing => {
        const at = checkpoints.find((one) => one.projection === projection && one.generation === generation && one.part === part);
        const waits = `version ${projection_version} of its program made it; version ${version} takes its place when that has caught up`;
        return { lane: 'left', name: projection, version: projection_version, generation, part, position: at?.position ?? 0, waits };
      }),
    );
  }

  private storeOf(generation: number): Promise<SeriesStore> {
    let store = this.stores.get(generation);
    if (!store) {
      this.stores.set(generation, (store = this.config.generations.open(generation)));
      store.catch(() => this.stores.delete(generation));
    }
    return store;
  }

  private async closeUnused(): Promise<void> {
    const used = new Set(this.config.seriesTrack.all().map(({ generation }) => generation));
    for (const [generation, store] of this.stores) {
      if (used.has(generation)) continue;
      this.stores.delete(generation);
      await (await store).close();
    }
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }
}

function standing(lane: string, { name, version }: { name: string; version: number }, state: Omit<ViewState, 'projection'>): Standing {
  const { part, generation, position, failed } = state;
  return { lane, name, version, part, generation, position, ...(failed && { failed }) };
}
