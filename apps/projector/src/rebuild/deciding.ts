/** What becomes of each rebuild: by the projector that owns the first part, so that one decides at a time; if two think so, the rows know better. */
import { requestRebuild } from '#adapters/views';
import type { EventLog, SeriesGenerations, ViewStore } from '#ports';
import type { Ownership } from '../ownership/ownership.js';
import type { LogMeter } from '../subscription/log-meter.js';
import type { SeriesState } from '../subscription/series-lane.js';
import type { Track } from '../subscription/track.js';
import type { ViewState } from '../subscription/view-state.js';
import { Dropping } from './dropping.js';
import { liveOf, readKnown, SERIES, type GenerationRow, type Known, type RebuildRow } from './known.js';
import { switchWherePromised } from './series-switch.js';
import { begin, end, setState, switchViews, type Rebuildable } from './steps-of-a-rebuild.js';
import { Verifying } from './verifying.js';

export interface DecidingConfig {
  log: EventLog;
  views: ViewStore;
  generations: SeriesGenerations;
  rebuildables: readonly Rebuildable[];
  parts: number;
  ownership: Ownership;
  /** Nobody else works on these stores, with another version of the program. */
  alone: boolean;
  viewsTrack: Track<ViewState>;
  seriesTrack: Track<SeriesState>;
  meter: LogMeter;
  /** Goes on with what has become live; called between two steps of the views. */
  exchange: (known: Known) => void;
  now: () => number;
  logger: { info(details: object, message: string): void; warn(details: object, message: string): void };
}

/** A generation is near the end of the log where what it lacks was recorded so shortly before what is newest. */
const NEAR_MS = 5_000;

export class Deciding {
  private readonly verifying: Verifying;
  private readonly dropping: Dropping;
  /** Once in the life of a process: an operator may have cancelled it with reason. */
  private readonly asked = new Set<string>();

  constructor(
    private readonly config: DecidingConfig,
    nudge: () => void,
  ) {
    this.verifying = new Verifying(config, nudge);
    this.dropping = new Dropping(config);
  }

  /** Whether anything changed. */
  async decide(known: Known): Promise<boolean> {
    this.verifying.keep(known.rebuilds.filter(({ state, wanted }) => state === 'running' && wanted === 'run'));
    let changed = await this.askForNewVersions(known);
    for (const row of known.rebuilds) changed = (await this.next(known, row)) || changed;
    return (await this.dropping.see(known)) || changed;
  }

  fail(row: RebuildRow, error: string): Promise<boolean> {
    this.config.logger.warn({ rebuild: row.rebuild_id, projection: row.projection, error }, 'a rebuild failed');
    return end(this.config.views, row, { state: 'failed', now: this.config.now(), error });
  }

  close(): Promise<void> {
    return this.verifying.close();
  }

  /** Where the program reads the log in another way than the one that made what is live: that goes on being shown, until the new one is there. */
  private async askForNewVersions({ generations, rebuilds }: Known): Promise<boolean> {
    const { rebuildables, alone, views, log, now, logger } = this.config;
    let changed = false;
    for (const { name, version } of rebuildables) {
      const live = liveOf({ generations, rebuilds }, name);
      if (!live || live.projection_version === version || this.asked.has(name)) continue;
      // In a cluster an older program may still be around while it is replaced.
      if (!alone && live.projection_version > version) continue;
      if (rebuilds.some(({ projection, purpose }) => projection === name && purpose === 'switch')) continue;
      this.asked.add(name);
      const head = await log.head();
      const asked = await requestRebuild(views, { projection: name, purpose: 'switch', requestedBy: 'projector', head, now: now() });
      changed = asked.ok || changed;
      logger.warn(
        { projection: name, version, live: live.projection_version },
        'a projection has a new version: it is built beside the live one',
      );
    }
    return changed;
  }

  /** The next step of one rebuild; whether there was one. */
  private async next(known: Known, row: RebuildRow): Promise<boolean> {
    const { views, now, rebuildables } = this.config;
    if (row.wanted === 'cancel') return end(views, row, { state: 'cancelled', now: now() });
    const of = rebuildables.find(({ name }) => name === row.projection);
    if (!of) return this.fail(row, 'this program has no such projection');
    if (row.state === 'requested') return this.begin(row, of);
    if (row.state === 'running' && row.wanted === 'pause') return this.set(row, 'running', 'paused');
    if (row.state === 'paused' && row.wanted === 'run') return this.set(row, 'paused', 'running');
    if (row.state === 'switching') return this.switchSeries(row);
    const made = known.generations.find(({ projection, generation }) => projection === row.projection && generation === row.generation);
    if (row.state !== 'running' || !made) return false;
    return made.projection_version === of.version ? this.advance(row, of) : this.isOutdated(row, made, of);
  }

  private async begin(row: RebuildRow, of: Rebuildable): Promise<boolean> {
    const { views, generations, parts, now, logger } = this.config;
    // Whatever is left under this number is of an attempt that nobody remembers.
    if (of.name === SERIES) await generations.drop(row.generation);
    await begin(views, row, of, { parts, now: now() });
    const { rebuild_id: rebuild, generation, purpose } = row;
    logger.info({ rebuild, projection: of.name, generation, purpose }, 'a generation is being built');
    return true;
  }

  private async set(row: RebuildRow, from: RebuildRow['state'], to: RebuildRow['state']): Promise<boolean> {
    await setState(this.config.views, row, from, to);
    return true;
  }

  private async isOutdated(row: RebuildRow, made: GenerationRow, of: Rebuildable): Promise<boolean> {
    if (!this.config.alone && made.projection_version > of.version) return false;
    return this.fail(row, `version ${made.projection_version} of the program began it; this is version ${of.version}`);
  }

  private async advance(row: RebuildRow, of: Rebuildable): Promise<boolean> {
    if (!(await this.isNear(row))) return false;
    if (row.purpose === 'verify') {
      this.verifying.begin(row, of);
      return false;
    }
    if (of.name === SERIES) return (await this.haveMet(row)) ? this.set(row, 'running', 'switching') : false;
    const { views, viewsTrack, parts, now } = this.config;
    // Between two steps of our own lane, which would only be turned back.
    const switched = await viewsTrack.between(async () => {
      const done = await switchViews(views, row, of, { parts, now: now() });
      if (done) this.config.exchange(await readKnown(views.db));
      return done;
    });
    if (switched) this.saySwitched(row);
    return switched;
  }

  private async switchSeries(row: RebuildRow): Promise<boolean> {
    const switched = await switchWherePromised({ ...this.config, track: this.config.seriesTrack }, row);
    if (switched) this.saySwitched(row);
    return switched;
  }

  private saySwitched({ rebuild_id: rebuild, projection, generation }: RebuildRow): void {
    this.config.logger.info({ rebuild, projection, generation }, 'a new generation is live');
  }

  private async isNear({ projection, generation }: RebuildRow): Promise<boolean> {
    const { views, log, parts, meter } = this.config;
    const positions = await this.positions(views, projection, generation);
    if (positions.size < parts) return false;
    const [next] = await log.readAll(Math.min(...positions.values()), 1);
    return !next || next.metadata.recordedAt >= meter.newest - NEAR_MS;
  }

  /** Both generations of the series, as the projectors last noted it. */
  private async haveMet({ projection, generation }: RebuildRow): Promise<boolean> {
    const { views, generations } = this.config;
    const ofLive = await this.positions(views, projection, await generations.live());
    const ofNew = await this.positions(views, projection, generation);
    return [...ofNew].every(([part, position]) => position >= (ofLive.get(part) ?? 0));
  }

  private async positions({ db }: ViewStore, projection: string, generation: number): Promise<Map<number, number>> {
    const rows = await db
      .selectFrom('checkpoints')
      .select(['part', 'position'])
      .where('projection', '=', projection)
      .where('generation', '=', generation)
      .execute();
    return new Map(rows.map(({ part, position }) => [part, position]));
  }
}
