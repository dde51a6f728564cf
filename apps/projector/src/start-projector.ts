/** The projector: lanes that follow the log into views and series, and the live fan-out beside them. Nest's module and the
 *  embedded worker both start it here. */
import type { JsonObject, ProjectedMessage, ProjectionFigures, RecordedEvent } from '#contracts';
import { PROGRESS_ROOM, type EventLog, type LiveBus, type SeriesStore, type ViewStore } from '#ports';
// Not by `#platform`, which loads Nest.
import type { Tracer } from '../../../libs/platform/src/tracing.js';
import { publishCredentialsChanged, startLiveFanOut } from './live/live-fan-out.js';
import type { Projection } from './projections/projection.js';
import { VIEW_PROJECTIONS } from './projections/registry.js';
import { series as seriesProjection } from './projections/series.projection.js';
import { runLane, type Lane } from './subscription/lane.js';
import { Progress, type Standing } from './subscription/progress.js';
import type { Trouble } from './subscription/retry.js';
import { openSeriesLane, type SeriesLane, type SeriesProjection } from './subscription/series-lane.js';
import { openSharedTail } from './subscription/shared-tail.js';
import { traceWork } from './trace-projections.js';
import { LIVE_GENERATION, openViewsLane, type ViewsLane } from './subscription/views-lane.js';

export interface ProjectorPorts {
  log: EventLog;
  views: ViewStore;
  series: SeriesStore;
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
  /** Absent where nothing is traced. */
  tracer?: Tracer | undefined;
  /** Those of the registry, unless a test says otherwise. */
  projections?: readonly Projection[];
  series?: SeriesProjection;
}

export interface Projector {
  /** Position up to which the views, and the series, show everything. */
  positions(): ProjectedMessage;
  /** For `GET /projections` and metrics. */
  figures(): Promise<ProjectionFigures[]>;
  /** Resolves when nothing is written any more. What is not projected yet will be after the next start. */
  stop(): Promise<void>;
}

/** How often the figures are told in `PROGRESS_ROOM`. */
const FIGURES_EVERY_MS = 1_000;
/** How long a live message about a changed device waits for the views to show the change. */
const VIEWS_WAIT_MAX_MS = 1_000;

export async function startProjector(ports: ProjectorPorts, settings: ProjectorSettings): Promise<Projector> {
  const { log, live } = ports;
  const head = await log.head();
  const views = await openViews(ports, settings, head);
  const series = await openSeries(ports, settings, head);
  const progress = new Progress(log, settings.now);
  const waiters = new PositionWaiters();
  const stop = new AbortController();
  const troubleOf = troubles(settings.logger, progress);
  const viewsShow = (position: number): Promise<void> => waiters.until(position, views.position, VIEWS_WAIT_MAX_MS);
  // Before the tail, so that it is also woken before: a page hears of a reading while the views still fold it.
  const fanOut = startLiveFanOut({ log, live, head, viewsShow, trouble: troubleOf('live'), tracer: settings.tracer });
  const tail = openSharedTail(log, head, troubleOf('tail'));
  const positions = (): ProjectedMessage => ({ part: 0, views: views.position, series: series.position });
  const tellPositions = (): void =>
    live.publish([{ room: PROGRESS_ROOM, event: 'projector.progressed', data: positions() as unknown as JsonObject }]);
  const run = (lane: Lane, stored: (events: RecordedEvent[]) => void): Promise<void> => {
    const observed = observe(lane, settings.tracer, (events) => {
      progress.advanced(lane.name, events);
      stored(events);
      tellPositions();
    });
    return runLane(observed, tail, stop.signal, troubleOf(lane.name));
  };
  const lanes = [
    run(views, (events) => {
      waiters.reached(views.position);
      publishCredentialsChanged(live, events);
    }),
    run(series, () => undefined),
  ];
  const figures = (): Promise<ProjectionFigures[]> =>
    progress.figures([
      { lane: views.name, standings: standingsOf(views) },
      { lane: series.name, standings: [standingOfSeries(series)] },
    ]);
  const telling = tellRegularly(live, figures, tellPositions);
  settings.logger.info({ head, ...positions() }, 'projector started');
  return {
    positions,
    figures,
    async stop() {
      stop.abort();
      clearInterval(telling);
      waiters.reached(Infinity);
      await Promise.all([tail.close(), fanOut.close(), ...lanes]);
      settings.logger.info(positions(), 'projector stopped');
    },
  };
}

function openViews(
  { views }: ProjectorPorts,
  { logger, projections = VIEW_PROJECTIONS }: ProjectorSettings,
  head: number,
): Promise<ViewsLane> {
  return openViewsLane({
    views,
    projections,
    head,
    onFailed: ({ projection, failed }) => logger.error({ projection: projection.name, ...failed }, 'projection stands still'),
    onRebuild: ({ projection }, reason) => logger.warn({ projection: projection.name, reason }, 'view is built again from the log'),
  });
}

function openSeries({ series }: ProjectorPorts, settings: ProjectorSettings, head: number): Promise<SeriesLane> {
  const projection = settings.series ?? seriesProjection;
  const onFailed = (failed: object): void => settings.logger.error({ projection: projection.name, ...failed }, 'projection stands still');
  return openSeriesLane({ store: series, projection, head, onFailed });
}

const standingsOf = (lane: ViewsLane): Standing[] =>
  lane.states.map(({ projection: { name, version }, generation, position, failed }) => ({ name, version, generation, position, failed }));

const standingOfSeries = ({ position, failed }: SeriesLane): Standing => {
  const { name, version } = seriesProjection;
  return { name, version, generation: LIVE_GENERATION, position, failed };
};

/** The lane, and a call after each batch that it stored. */
function observe(lane: Lane, tracer: Tracer | undefined, stored: (events: RecordedEvent[]) => void): Lane {
  return {
    name: lane.name,
    get position() {
      return lane.position;
    },
    async step(events) {
      const goesOn = await traceWork(tracer, `project ${lane.name}`, events, () => lane.step(events));
      stored(events);
      return goesOn;
    },
  };
}

/** Says when trouble begins, still lasts, and is over: not at each of many tries. */
function troubles(logger: ProjectorLogger, progress: Progress): (where: string) => Trouble {
  const SAY_EVERY_TRIES = 10;
  return (where) => (trouble) => {
    progress.waits(where, trouble?.error);
    if (trouble === undefined) logger.info({ where }, 'works again');
    else if (trouble.tries % SAY_EVERY_TRIES === 1) {
      const { error, tries, delayMs } = trouble;
      logger.warn({ where, tries, delayMs, error: String(error) }, 'failed, and is tried again');
    }
  };
}

/** Also when nothing moves: that something stands still is news too. */
function tellRegularly(live: LiveBus, figures: () => Promise<ProjectionFigures[]>, tellPositions: () => void): NodeJS.Timeout {
  const tell = async (): Promise<void> => {
    if (!live.hasListeners(PROGRESS_ROOM)) return;
    const projections = await figures();
    live.publish([
      {
        room: PROGRESS_ROOM,
        event: 'projector.figures',
        data: { process: 'projector', projections, rebuilds: [] } as unknown as JsonObject,
      },
    ]);
    tellPositions();
  };
  // The log may be out of reach for a moment: the next turn tells again, and the tail reports the trouble.
  return setInterval(() => void tell().catch(() => undefined), FIGURES_EVERY_MS).unref();
}

/** Those who wait until a position is reached. */
class PositionWaiters {
  private readonly waiting = new Set<{ position: number; resolve: () => void }>();

  until(position: number, reached: number, maxMs: number): Promise<void> {
    if (reached >= position) return Promise.resolve();
    return new Promise((resolve) => {
      const waiter = { position, resolve: () => (clearTimeout(timer), this.waiting.delete(waiter), resolve()) };
      const timer = setTimeout(waiter.resolve, maxMs);
      this.waiting.add(waiter);
    });
  }

  reached(position: number): void {
    for (const waiter of [...this.waiting]) if (waiter.position <= position) waiter.resolve();
  }
}
