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
import { ViewsLane, type ViewState } from './subscription/views-lane.js';
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
    around: around<ViewState>(config, 'views', ({ projection }) => projection.name),
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
    around: around<SeriesState>(config, SERIES, () => SERIES),
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

function around<S extends LaneState>(config: TracksConfig, track: 'views' | 'series', nameOf: (state: S) => string): Around<S> {
  const { pace, tracer, building, onStepped } = config;
  return async (kind, lane, events, step) => {
    if (kind === 'building') {
      const counts = building.count(nameOf, lane.all(), events);
      await step();
      building.add(counts);
      return;
    }
    await pace.around(events.length, () => traceWork(tracer, `project ${track}`, events, step));
    onStepped(track, events);
  };
}
