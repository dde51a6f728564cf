/** Starts analytics over opened ports: what computes analyses, and what evaluates alert rules. */
import { startAlerts, type AlertSettings } from './alerts/start-alerts.js';
import { startJobs, type Jobs, type JobsSettings } from './jobs/start-jobs.js';
import type { JobPorts } from './jobs/job-parts.js';

export type AnalyticsPorts = JobPorts;
export type AnalyticsSettings = JobsSettings & Pick<AlertSettings, 'notify' | 'graceMs'>;

export interface Analytics {
  figures(): Record<string, number>;
  /** Gives up what is under way; another process, or the next start, goes on with it. */
  stop(): Promise<void>;
}

export async function startAnalytics(ports: AnalyticsPorts, settings: AnalyticsSettings): Promise<Analytics> {
  const jobs: Jobs = await startJobs(ports, settings);
  const alerts = await startAlerts(ports, settings);
  return {
    figures: () => ({
      ...jobs.figures(),
      ...Object.fromEntries(Object.entries(alerts.figures()).map(([name, it]) => [`alerts_${name}`, it])),
    }),
    async stop() {
      await Promise.all([jobs.stop(), alerts.stop()]);
    },
  };
}
