/** Takes analyses that nobody works on, as many at once as there are threads for them: from the work queue at once, and by looking. */
import type { JsonObject } from '#contracts';
import { Job, type Work } from './job.js';
import type { JobParts } from './job-parts.js';
import { runOnce } from './run-once.js';
import type { AnalysisKey, Claimed, Runs } from './runs.js';

export interface RunnerSettings {
  /** Analyses computed at once. */
  atOnceMax: number;
  /** Standing analyses cost little while they wait: they have places of their own. */
  standingMax: number;
  /** What a standing analysis does. */
  standing: Work;
  sweepEveryMs?: number;
}

const SWEEP_EVERY_MS = 1_000;
const SWEPT_AT_ONCE_MAX = 32;
/** What is seen no more need not go at once. */
const SWEEPS_TO_FORGET = 10;
/** One that was begun so often may be what its processes die of; but not one that stands, and has got through its past: over the years its
 *  processes are killed more often than that. */
const RUNS_MAX = 20;

export class Runner {
  private readonly jobs = new Map<string, Job>();
  private readonly waitingForPlace: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> | undefined;
  private stopped = false;
  private sweeps = 0;
  private readonly counted = { claimed: 0, restarted: 0, ended: 0 };

  constructor(
    private readonly parts: JobParts,
    private readonly runs: Runs,
    private readonly settings: RunnerSettings,
  ) {}

  start(): void {
    const { sweepEveryMs = SWEEP_EVERY_MS } = this.settings;
    this.timer = setInterval(() => this.sweep(), sweepEveryMs);
    this.sweep();
  }

  /** From the work queue: settles when somebody has it, or it needs nobody. */
  async take(item: JsonObject): Promise<void> {
    const { accountId, analysisId } = item as Partial<AnalysisKey>;
    if (typeof accountId !== 'string' || typeof analysisId !== 'string') return;
    while (!this.hasPlace('ending') && !this.stopped) await new Promise<void>((resolve) => this.waitingForPlace.push(resolve));
    if (this.stopped) throw new Error('the process stops');
    await this.claim({ accountId, analysisId });
  }

  figures(): Record<string, number> {
    const { ending, standing } = this.running();
    return { ...this.counted, ending_under_way: ending, standing_under_way: standing };
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    this.placeFree();
    await this.sweeping;
    await Promise.all([...this.jobs.values()].map((job) => job.stop()));
  }

  private sweep(): void {
    this.sweeping ??= this.lookForWork().finally(() => (this.sweeping = undefined));
  }

  private async lookForWork(): Promise<void> {
    try {
      if (this.sweeps++ % SWEEPS_TO_FORGET === 0) await this.runs.forgetDiscarded(SWEPT_AT_ONCE_MAX);
      for (const kind of ['ending', 'standing'] as const) {
        if (!this.hasPlace(kind)) continue;
        for (const key of await this.runs.waiting(kind, SWEPT_AT_ONCE_MAX)) {
          if (this.stopped || !this.hasPlace(kind)) break;
          await this.claim(key);
        }
      }
    } catch (error) {
      this.parts.logger.warn({ error: String(error) }, 'it could not be looked for analyses that wait');
    }
  }

  private async claim(key: AnalysisKey): Promise<void> {
    const claimed = await this.runs.claim(key);
    if (!claimed) return;
    if (this.stopped) return this.runs.release(claimed);
    this.counted.claimed++;
    if (claimed.run > 1) this.counted.restarted++;
    this.begin(claimed);
  }

  private begin(claimed: Claimed): void {
    const id = `${claimed.accountId}.${claimed.analysisId}`;
    const isDeadly = claimed.run > RUNS_MAX && claimed.checkpoint === undefined;
    const work = isDeadly ? giveUp : claimed.standing ? this.settings.standing : runOnce;
    const job = new Job(this.parts, this.runs, claimed, work);
    this.jobs.set(id, job);
    void job.done.then(() => {
      if (this.jobs.get(id) === job) this.jobs.delete(id);
      this.counted.ended++;
      this.placeFree();
    });
  }

  private hasPlace(kind: 'ending' | 'standing'): boolean {
    const { ending, standing } = this.running();
    return kind === 'ending' ? ending < this.settings.atOnceMax : standing < this.settings.standingMax;
  }

  private running(): { ending: number; standing: number } {
    const standing = [...this.jobs.values()].filter(({ claimed }) => claimed.standing).length;
    return { ending: this.jobs.size - standing, standing };
  }

  private placeFree(): void {
    for (const resolve of this.waitingForPlace.splice(0)) resolve();
  }
}

const giveUp: Work = async () => ({
  type: 'FailAnalysis',
  data: { message: `it was begun ${RUNS_MAX} times, and its process ended each time; ask for a shorter range` },
});
