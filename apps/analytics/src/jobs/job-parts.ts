/** What jobs stand on. */
import type { CommandQueue, EventLog, LiveBus, SeriesStore, ViewStore, WorkQueue } from '#ports';
import type { ComputeHost } from '../compute/job.js';
import type { SeriesShown } from './series-shown.js';

export interface JobLogger {
  info(members: object, message: string): void;
  warn(members: object, message: string): void;
  error(members: object, message: string): void;
}

export interface JobPorts {
  log: EventLog;
  views: ViewStore;
  series: SeriesStore;
  live: LiveBus;
  commands: CommandQueue;
  work: WorkQueue;
}

export interface JobParts extends Omit<JobPorts, 'work'> {
  host: ComputeHost;
  shown: SeriesShown;
  now: () => number;
  /** Numbers that one analysis reads at most. */
  valuesMax: number;
  logger: JobLogger;
}
