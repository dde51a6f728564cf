/** Starts analytics over opened ports: what computes analyses. */
import { startJobs, type Jobs, type JobsSettings } from './jobs/start-jobs.js';
import type { JobPorts } from './jobs/job-parts.js';

export type AnalyticsPorts = JobPorts;
export type AnalyticsSettings = JobsSettings;

export interface Analytics {
  figures(): Record<string, number>;
  /** Gives up what is under way; another process, or the next start, goes on with it. */
  stop(): Promise<void>;
}

export async function startAnalytics(ports: AnalyticsPorts, settings: AnalyticsSettings): Promise<Analytics> {
  const jobs: Jobs = await startJobs(ports, settings);
  return {
    figures: () => jobs.figures(),
    stop: () => jobs.stop(),
  };
}
