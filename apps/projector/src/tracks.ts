/** The two tracks, views and series, with what is measured, traced and told around each of their steps. */
import type { RecordedEvent } from '#contracts';
import type { EventLog, ViewStore } from '#ports';
// Not by `#platform`, which loads Nest.
import type { Tracer } from '../../../libs/platform/src/tracing.js';
import type { BuildingPace } from './rebuild/building-pace.js';
import { SERIES } from './rebuild/known.js';
import type { RebuildProgress } from './rebuild/rebuild-progress.js';
import type { CheckpointMovedError } from './subscription/checkpoint-moved.js';
import type { Failure, Lane, LaneState } from './subscription/lane.js';
import type { Trouble } from './subscription/retry.js';
import { SeriesLane, type SeriesProjection, type SeriesState } from './subscription/series-lane.js';
import type { SharedTail } from './subscription/shared-tail.js';
import { Track, type LaneKind } from './subscription/track.js';
import type { ViewState } from './subscription/view-state.js';
import { ViewsLane } from './subscription/views-lane.js';
import { traceWork } from './trace-projections.js';

export interface FailedState {
  projection: string;
  generation: number;
  part: number;
  failed: Failure;
}

export interface TracksConfig {
  log: EventLog;
  views: ViewStore;
  tail: SharedTail;
  parts: number;
  series: SeriesProjection;
  tracer: Tracer | undefined;
  stop: AbortSignal;
  pace: BuildingPace;
  building: RebuildProgress;
  troubleOf: (where: string) => Trouble;
  /** A lane of generations that queries see has stored what it could of a batch. */
  onStepped: (track: 'views' | 'series', events: RecordedEvent[]) => void;
  onMoved: (part: number, error: CheckpointMovedError) => void;
  onFailed: (failed: FailedState) => void;
  isBuilding: (projection: string, generation: number) => boolean;
}

export interface Tracks {
  viewsTrack: Track<ViewState>;
  seriesTrack: Track<SeriesState>;
  done(): Promise<void>;
}

export function openTracks(config: TracksConfig): Tracks {
  const { log, tail, stop, troubleOf, pace, views, parts, series, onFailed } = config;
  const common = { log, tail, stop, troubleOf, buildingPace: pace };
  const viewsTrack: Track<ViewState> = new Track({
    ...common,
    name: 'views',
    around: around<ViewState>(config, 'views', {
      nameOf: ({ projection }) => projection.name,
      isBuilt: ({ names }) => names !== undefined,
    }),
    create: (name) =>
      new ViewsLane({
        name,
        views,
        parts,
        onFailed: ({ projection, generation, part, failed }) =>
          onFailed({ projection: projection.name, generation, part, failed: failed! }),
        onMoved: (states, error) => {
          viewsTrack.forget(states);
          config.onMoved(error.part, error);
        },
      }),
  });
  const seriesTrack: Track<SeriesState> = new Track({
    ...common,
    name: SERIES,
    around: around<SeriesState>(config, SERIES, {
      nameOf: () => SERIES,
      isBuilt: ({ generation }) => config.isBuilding(SERIES, generation),
    }),
    create: (name) =>
      new SeriesLane({
        name,
        projection: series,
        parts,
        onFailed: ({ generation, part, failed }) => onFailed({ projection: SERIES, generation, part, failed: failed! }),
      }),
  });
  return {
    viewsTrack,
    seriesTrack,
    done: async () => void (await Promise.all([viewsTrack.done(), seriesTrack.done()])),
  };
}

type Around<S extends LaneState> = (kind: LaneKind, lane: Lane<S>, events: RecordedEvent[], step: () => Promise<void>) => Promise<void>;

interface States<S> {
  nameOf: (state: S) => string;
  /** Of a generation that is being built. */
  isBuilt: (state: S) => boolean;
}

function around<S extends LaneState>(config: TracksConfig, track: 'views' | 'series', { nameOf, isBuilt }: States<S>): Around<S> {
  const { pace, tracer, building, onStepped } = config;
  return async (kind, lane, events, step) => {
    const built = kind === 'behind' ? [] : lane.all().filter(isBuilt);
    const counts = built.length > 0 ? building.count(nameOf, built, events) : undefined;
    if (kind === 'building') await step();
    else await pace.around(events.length, () => traceWork(tracer, `project ${track}`, events, step));
    if (counts) building.add(counts);
    if (kind !== 'building') onStepped(track, events);
  };
}
