/** Projections as operators see them: what the projectors tell, or, where none is heard, what the stores say. */
import { Inject, Injectable } from '@nestjs/common';
import { ENDED, readGenerations, readRebuilds } from '#adapters/views';
import type { GenerationView, ProjectionPartView, ProjectionView, RebuildView } from '#contracts';
import { EventLog, SeriesStore, ViewStore } from '#ports';
import { refuse } from '../../doors/rest/problem-error.js';
import { type ApiSettings, CLOCK, type Clock, SETTINGS } from '../../tokens.js';
import { ClusterFigures, FORGOTTEN_AFTER_MS, type OwnedFigures } from '../cluster-figures.js';
import { Operators } from '../operators.js';
import { together } from '../together.js';
import { Lags } from './lags.js';
import { shownTo } from './shown-outcome.js';

const SERIES = 'series';
const UNHEARD = `No projector has been heard of for ${FORGOTTEN_AFTER_MS / 1_000} s.`;

/** What is known of a projection before it is put together. */
interface Known {
  name: string;
  live: { generation: number; version: number };
  generations: GenerationView[];
  /** The newest first. */
  rebuilds: RebuildView[];
  /** Of the live generation. */
  checkpoints: { part: number; position: number }[];
  figures: OwnedFigures[];
  /** Whether anybody tells of it, be it of another generation: for a moment after a switch they still tell of the former. */
  isHeard: boolean;
}

@Injectable()
export class ProjectionViews {
  constructor(
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(SeriesStore) private readonly series: SeriesStore,
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(ClusterFigures) private readonly cluster: ClusterFigures,
    @Inject(Operators) private readonly operators: Operators,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** `accountId` is who looks. */
  async list(accountId: string): Promise<ProjectionView[]> {
    return (await this.all()).map((view) => this.shown(view, accountId));
  }

  async get(name: string, accountId: string): Promise<ProjectionView> {
    const view = (await this.all()).find((it) => it.name === name);
    if (!view) throw refuse('projection.unknown', `There is no projection ${name.slice(0, 128)}.`);
    return this.shown(view, accountId);
  }

  /** With everything that is known: to be shown to nobody as it is. */
  async all(): Promise<ProjectionView[]> {
    const lags = new Lags(this.log, this.clock());
    return Promise.all((await this.known()).map((known) => this.view(known, lags)));
  }

  shown(view: ProjectionView, accountId: string): ProjectionView {
    return view.rebuild ? { ...view, rebuild: shownTo(view.rebuild, accountId, this.operators) } : view;
  }

  /** Throws 404 for a name that no projection has. */
  async mustExist(name: string): Promise<void> {
    const row = await this.views.db
      .selectFrom('generations')
      .select('projection')
      .where('projection', '=', name)
      .limit(1)
      .executeTakeFirst();
    if (!row) throw refuse('projection.unknown', `There is no projection ${name.slice(0, 128)}.`);
  }

  private async known(): Promise<Known[]> {
    const [generations, rebuilds, checkpoints] = await Promise.all([
      readGenerations(this.views.db),
      readRebuilds(this.views.db),
      this.views.db.selectFrom('checkpoints').selectAll().orderBy('part').execute(),
    ]);
    const figures = this.cluster.projections().sort((one, other) => one.part - other.part);
    return [...generations].flatMap(([name, own]) => {
      const live = own.find(({ state }) => state === 'live');
      if (!live) return [];
      const isLive = (it: { generation: number }): boolean => it.generation === live.generation;
      return {
        name,
        live: { generation: live.generation, version: live.version },
        generations: own,
        rebuilds: rebuilds.filter(({ projection }) => projection === name),
        checkpoints: checkpoints.filter((it) => it.projection === name && isLive(it)),
        figures: figures.filter((it) => it.name === name && isLive(it)),
        isHeard: figures.some((it) => it.name === name),
      };
    });
  }

  private async view(known: Known, lags: Lags): Promise<ProjectionView> {
    const { name, live, generations, rebuilds, figures } = known;
    const parts = figures.length > 0 ? figures.map(partView) : await this.storedParts(known, lags);
    const rebuild = rebuilds.find(({ state }) => !ENDED.includes(state)) ?? rebuilds[0];
    const digest = digestOf(rebuilds);
    const troubles = [...new Set(parts.flatMap(({ trouble }) => trouble ?? []))];
    return {
      name,
      ...live,
      ...together(parts),
      ...(digest !== undefined && { digest }),
      ...(troubles.length > 0 && { trouble: troubles.join(' ') }),
      parts,
      generations,
      ...(rebuild && { rebuild }),
    };
  }

  private async storedParts({ name, checkpoints, isHeard }: Known, lags: Lags): Promise<ProjectionPartView[]> {
    const stored = name === SERIES ? await this.seriesCheckpoints() : checkpoints;
    return Promise.all(
      stored.map(async ({ part, position }) => {
        const lag = await lags.at(position);
        return { part, position: String(position), ...lag, ratePerSecond: 0, ...(!isHeard && { trouble: UNHEARD }) };
      }),
    );
  }

  private seriesCheckpoints(): Promise<Known['checkpoints']> {
    const parts = Array.from({ length: this.settings.projectorParts }, (_, part) => part);
    return Promise.all(parts.map(async (part) => ({ part, position: await this.series.checkpoint(part) })));
  }
}

export function partView(figures: OwnedFigures): ProjectionPartView {
  const { part, owner, position, lagEvents, lagSeconds, ratePerSecond, failed, waiting } = figures;
  const trouble = failed ? `It stands still at ${failed.position}: ${failed.error}` : waiting && `It waits: ${waiting}`;
  return { part, owner, position: String(position), lagEvents, lagSeconds, ratePerSecond, ...(trouble && { trouble }) };
}

/** As the last verification found it, unless another generation has become live since. */
function digestOf(rebuilds: readonly RebuildView[]): string | undefined {
  const last = rebuilds.find(({ state }) => state === 'completed');
  return last?.purpose === 'verify' ? last.outcome?.live : undefined;
}
