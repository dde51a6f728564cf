/** The projector: lanes that follow the log into views and series, and the live fan-out beside them. Nest's module and the
 *  embedded worker both start it here. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ProjectedMessage, ProjectionFigures, RebuildView, RecordedEvent } from '#contracts';
import { StoreUnavailableError, type EventLog, type LiveBus, type SeriesGenerations, type ViewStore } from '#ports';
// Not by `#platform`, which loads Nest.
import type { Tracer } from '../../../libs/platform/src/tracing.js';
import { createAlertNews, type AlertNews } from './live/alert-news.js';
import { publishAccountNews } from './live/account-news.js';
import { publishCredentialsChanged, startLiveFanOut } from './live/live-fan-out.js';
import { ownAll, type OpenOwnership, type Ownership } from './ownership/ownership.js';
import { shareParts } from './ownership/shared-ownership.js';
import type { Projection } from './projections/projection.js';
import { VIEW_PROJECTIONS } from './projections/registry.js';
import { series as seriesProjection } from './projections/series.projection.js';
import { BuildingPace } from './rebuild/building-pace.js';
import { ensureGenerations } from './rebuild/known.js';
import { RebuildProgress } from './rebuild/rebuild-progress.js';
import { Rebuilds } from './rebuild/rebuilds.js';
import { eventsOfPart } from './subscription/by-part.js';
import type { Following } from './subscription/keep-following.js';
import { LogMeter } from './subscription/log-meter.js';
import { PartKeeper } from './subscription/part-keeper.js';
import { Progress } from './subscription/progress.js';
import { retryUntil, sayTrouble, type Trouble } from './subscription/retry.js';
import type { SeriesProjection } from './subscription/series-lane.js';
import { openSharedTail, type SharedTail } from './subscription/shared-tail.js';
import { startAnewBeyond } from './subscription/start-anew.js';
import { Telling, type Look } from './telling.js';
import { openTracks, type FailedState, type Tracks } from './tracks.js';

export interface ProjectorPorts {
  log: EventLog;
  views: ViewStore;
  series: SeriesGenerations;
  live: LiveBus;
}

/** As pino has them. */
export interface ProjectorLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface ProjectorSettings {
  logger: ProjectorLogger;
  now: () => number;
  /** Shares of the projections; 1 where absent. Fixed once something is stored. */
  parts?: number;
  /** Whether other processes project, too. */
  shared?: boolean;
  /** What tells this process apart from every other. */
  process?: string;
  /** Absent where nothing is traced. */
  tracer?: Tracer | undefined;
  /** Whether another thread of the process tells the rooms of devices what is recorded. */
  roomsToldElsewhere?: boolean;
  /** Those of the registry, unless a test says otherwise. */
  projections?: readonly Projection[];
  series?: SeriesProjection;
  ownership?: OpenOwnership;
}

export interface Projector {
  /** Position up to which the views, and the series, show everything of a part. */
  positions(part?: number): ProjectedMessage;
  /** Of the parts that are worked on here: for `GET /projections` and metrics. */
  figures(): Promise<ProjectionFigures[]>;
  /** Under way, or just ended: told by the one projector that decides on them. */
  rebuilds(): RebuildView[];
  /** Parts that are worked on here. */
  parts(): number[];
  /** Resolves when nothing is written any more. What is not projected yet will be after the next start. */
  stop(): Promise<void>;
}

export async function startProjector(ports: ProjectorPorts, settings: ProjectorSettings): Promise<Projector> {
  const projector = new RunningProjector(ports, { ...DEFAULTS, ...settings }, await ports.log.head());
  try {
    await projector.start();
  } catch (error) {
    await projector.stop();
    throw error;
  }
  return projector;
}

const DEFAULTS = {
  parts: 1,
  shared: false,
  roomsToldElsewhere: false,
  projections: VIEW_PROJECTIONS,
  series: seriesProjection as SeriesProjection,
};

type Complete = ProjectorSettings & typeof DEFAULTS;

class RunningProjector implements Projector {
  private readonly abort = new AbortController();
  private readonly process: string;
  private readonly meter: LogMeter;
  private readonly progress: Progress;
  private readonly building: RebuildProgress;
  private readonly telling: Telling;
  private readonly alertNews: AlertNews;
  private readonly tail: SharedTail;
  private readonly fanOut: Following | undefined;
  private readonly tracks: Tracks;
  private readonly keeper: PartKeeper;
  private ownership: Ownership | undefined;
  private rebuilding: Rebuilds | undefined;
  private flushing: NodeJS.Timeout | undefined;

  constructor(
    private readonly ports: ProjectorPorts,
    private readonly settings: Complete,
    private readonly head: number,
  ) {
    const { log, live } = ports;
    const { now, parts, tracer, projections, series, roomsToldElsewhere } = settings;
    this.process = settings.process ?? `${hostname()} ${process.pid} ${randomUUID().slice(0, 8)}`;
    this.meter = new LogMeter(log, now);
    this.progress = new Progress(log, this.meter, now);
    this.building = new RebuildProgress(parts, now);
    const keeper = (): PartKeeper => this.keeper;
    this.alertNews = createAlertNews(live, ports.views.db, (error) => this.trouble('alerts')({ error, tries: 1, delayMs: 0 }));
    this.telling = new Telling({ live, parts, positions: (part) => this.positions(part) });
    // Before the tail, so that it is also woken before: a page hears of a reading while the views still fold it.
    if (!roomsToldElsewhere)
      this.fanOut = startLiveFanOut({
        log,
        live,
        head: this.head,
        owns: (stream) => this.telling.owns(stream, (part) => this.ownership?.holds(part) ?? keeper().owned.has(part)),
        viewsShow: (event) => this.telling.shown(event),
        trouble: this.trouble('live'),
        tracer,
      });
    this.tail = openSharedTail(log, head, this.trouble('tail'), (after, events) => this.meter.saw(after, events));
    this.tracks = openTracks({
      log,
      views: ports.views,
      tail: this.tail,
      parts,
      series,
      tracer,
      stop: this.abort.signal,
      pace: new BuildingPace(),
      building: this.building,
      troubleOf: (where) => this.trouble(where),
      onStepped: (lane, events) => this.stepped(lane, events),
      onMoved: (part, error) => this.moved(part, error),
      onFailed: (failed) => this.failed(failed),
      isBuilding: (projection, generation) => keeper().isBuilding(projection, generation),
    });
    const check = settings.shared ? () => Promise.resolve() : startAnewBeyond(ports.log, ports.views, settings.logger);
    this.keeper = new PartKeeper({ views: ports.views, generations: ports.series, projections, series, ...this.tracks, check });
  }

  async start(): Promise<void> {
    const { ports, settings, tracks, keeper } = this;
    const { parts, projections, series, shared, logger, now } = settings;
    await this.whenAvailable(() => ensureGenerations(ports, [...projections, series], now()));
    const open = settings.ownership ?? (shared ? this.sharing() : ownAll());
    const host = {
      take: async (taken: readonly number[]) => {
        await this.whenAvailable(() => keeper.take(taken));
        this.telling.tell(taken);
        // Whoever had them before may have told less than we know.
        if (shared) ports.live.announceGap();
      },
      giveUp: (given: readonly number[]) => keeper.giveUp(given),
    };
    this.ownership = await open(host, parts);
    this.rebuilding = new Rebuilds({
      ...ports,
      ...tracks,
      generations: ports.series,
      rebuildables: [...projections, { ...series, tables: [] }],
      parts,
      alone: !shared,
      ownership: this.ownership,
      keeper,
      progress: this.building,
      meter: this.meter,
      exchange: (known) => keeper.exchange(known),
      now,
      logger,
    });
    this.telling.regularly(this.process, () => this.look());
    this.flushing = setInterval(() => this.flush(), FLUSH_EVERY_MS).unref();
    logger.info({ head: this.head, process: this.process, parts: this.parts().length }, 'projector started');
  }

  positions(part = 0): ProjectedMessage {
    return { part, views: this.keeper.viewsPosition(part), series: this.keeper.seriesPosition(part) };
  }

  parts(): number[] {
    return [...this.keeper.owned].sort((a, b) => a - b);
  }

  figures(): Promise<ProjectionFigures[]> {
    return this.progress.figures(this.keeper.standings());
  }

  rebuilds(): RebuildView[] {
    return this.rebuilding?.views() ?? [];
  }

  async stop(): Promise<void> {
    const positions = this.parts().map((part) => this.positions(part));
    this.telling.stop();
    clearInterval(this.flushing);
    await this.rebuilding?.close();
    this.abort.abort();
    await Promise.all([this.tail.close(), this.fanOut?.close(), this.tracks.done()]);
    await this.ownership?.close();
    await this.keeper.close();
    this.settings.logger.info({ positions }, 'projector stopped');
  }

  private sharing(): OpenOwnership {
    const { now, logger } = this.settings;
    return shareParts({ views: this.ports.views, member: this.process, now, warn: (details, message) => logger.warn(details, message) });
  }

  private stepped(track: 'views' | 'series', events: RecordedEvent[]): void {
    const { parts } = this.settings;
    const touched: number[] = [];
    for (const part of this.keeper.owned) {
      const own = eventsOfPart(events, part, parts);
      if (own.length === 0) continue;
      touched.push(part);
      this.progress.advanced(track, part, own.length);
      if (track === 'views') {
        const shown = this.keeper.viewsPosition(part);
        const seen = own.filter(({ position }) => position <= shown);
        publishCredentialsChanged(this.ports.live, seen);
        publishAccountNews(this.ports.live, seen);
        this.alertNews.publish(seen);
      }
    }
    this.telling.tell(touched);
  }

  private async look(): Promise<Look> {
    return { parts: this.parts(), projections: await this.figures(), rebuilds: this.rebuilds() };
  }

  private flush(): void {
    for (const track of [this.tracks.viewsTrack, this.tracks.seriesTrack]) void track.flush().catch(() => undefined);
  }

  private moved(part: number, error: Error): void {
    this.settings.logger.warn({ part, error: error.message }, 'another projector works on a part; it is looked at anew');
    void this.realign();
  }

  /** A store that is away for a moment is waited for; what nobody can mend by waiting is thrown. */
  private async whenAvailable(work: () => Promise<void>): Promise<void> {
    const done = await retryUntil(this.abort.signal, this.trouble('parts'), () =>
      work().then(
        () => ({ error: undefined }),
        (error: unknown) => {
          if (error instanceof StoreUnavailableError) throw error;
          return { error };
        },
      ),
    );
    if (done?.error !== undefined) throw done.error;
  }

  private async realign(): Promise<void> {
    await retryUntil(this.abort.signal, this.trouble('parts'), () => this.keeper.align());
  }

  private failed({ projection, generation, part, failed }: FailedState): void {
    this.settings.logger.error({ projection, generation, part, ...failed }, 'projection stands still');
    if (this.keeper.isBuilding(projection, generation)) void this.rebuilding?.failed(projection, generation, failed).catch(() => undefined);
  }

  private trouble(where: string): Trouble {
    const say = sayTrouble(this.settings.logger, where);
    return (trouble) => {
      this.progress.waits(where, trouble?.error);
      say(trouble);
    };
  }
}

const FLUSH_EVERY_MS = 1_000;
