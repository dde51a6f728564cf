/** Starts what computes analyses, over opened ports. */
import { randomUUID } from 'node:crypto';
import { openThreadsHost } from '../compute/threads.host.js';
import type { ComputeHost } from '../compute/job.js';
import type { JobLogger, JobPorts } from './job-parts.js';
import { Runner } from './runner.js';
import { Runs } from './runs.js';
import { SeriesShown } from './series-shown.js';
import { LogWatch } from '../standing/log-watch.js';
import { standWith } from '../standing/stand.js';

export interface JobsSettings {
  /** Shares of the projections. */
  parts: number;
  /** Analyses computed at once, each on a thread of its own. */
  workers: number;
  /** Numbers that one of them reads at most: readings times what is read of each. Standing ones read any number. */
  valuesMax: number;
  logger: JobLogger;
  now: () => number;
  /** Threads, where it is left out. */
  host?: ComputeHost;
}

export interface Jobs {
  figures(): Record<string, number>;
  /** Gives up what is under way; another process, or the next start, begins it again. */
  stop(): Promise<void>;
}

/** A standing analysis that waits holds a few kB. */
const STANDING_MAX = 1_000;

export async function startJobs(ports: JobPorts, settings: JobsSettings): Promise<Jobs> {
  const { work, ...others } = ports;
  const { parts, workers, valuesMax, logger, now, host = openThreadsHost({ keptMax: 1 }) } = settings;
  const shown = new SeriesShown(ports.live, ports.series, parts);
  const runs = new Runs(ports.views, randomUUID(), now);
  const watch = new LogWatch(ports.log, logger);
  const places = { atOnceMax: workers, standingMax: STANDING_MAX, standing: standWith(watch) };
  const runner = new Runner({ ...others, host, shown, now, logger, valuesMax }, runs, places);
  runner.start();
  await work.consume(workers, (item) => runner.take(item));
  return {
    figures: () => runner.figures(),
    async stop() {
      await work.close();
      await runner.stop();
      await watch.close();
      await host.close();
      shown.close();
    },
  };
}
