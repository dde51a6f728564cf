/** One claimed analysis from its claim to its end: worked on, beaten for, given up at once where nobody wants it any more. */
import { analysisStream, type AnalysisCommand } from '#contracts';
import type { JobParts } from './job-parts.js';
import type { Claimed, Runs, Standing } from './runs.js';
import { tellEntity } from './tell-entity.js';
import { ProgressTeller } from './tell-progress.js';

/** How often the claim is renewed, well within its time; and how often it is looked whether the work is still wanted. */
const BEAT_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 400;

/** Does the work; resolves with the command that ends the analysis, or with nothing where there is none. */
export type Work = (
  parts: JobParts,
  claimed: Claimed,
  stop: AbortSignal,
  at: (standing: Standing & { rows?: number }) => void,
) => Promise<AnalysisCommand | undefined>;

class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

export class Job {
  readonly done: Promise<void>;
  private readonly abort = new AbortController();
  private standing: Standing = { phase: 'waiting', progress: 0 };
  private beatAt = 0;
  private looking = false;

  constructor(
    private readonly parts: JobParts,
    private readonly runs: Runs,
    readonly claimed: Claimed,
    work: Work,
  ) {
    this.done = this.run(work);
  }

  /** Lets another process go on with it. */
  async stop(): Promise<void> {
    this.abort.abort(new GivenUp('the process stops'));
    await this.done;
    // Where the store is away the claim runs out by itself.
    await this.runs.release(this.claimed).catch(() => undefined);
  }

  private async run(work: Work): Promise<void> {
    const { parts, claimed, abort } = this;
    const { analysisId, accountId } = claimed;
    const teller = new ProgressTeller(parts.live, claimed);
    const timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    try {
      const command = await work(parts, claimed, abort.signal, (standing) => {
        this.standing = standing;
        teller.tell(standing);
      });
      abort.signal.throwIfAborted();
      if (!command) return;
      const told = { stream: analysisStream(accountId, analysisId), accountId, command };
      const answer = await tellEntity(parts.commands, told, { now: parts.now, stop: abort.signal });
      if (!answer.ok) parts.logger.info({ analysisId, code: answer.code }, 'an analysis had ended before it was computed');
    } catch (error) {
      // Its claim runs out, and it is begun again: here or elsewhere.
      if (!abort.signal.aborted) parts.logger.warn({ analysisId, accountId, error: String(error) }, 'an analysis is begun again');
    } finally {
      clearInterval(timer);
      teller.stop();
    }
  }

  private async look(): Promise<void> {
    if (this.looking || this.abort.signal.aborted) return;
    this.looking = true;
    try {
      const now = performance.now();
      if (!(await this.runs.isWanted(this.claimed))) this.giveUp('it is not wanted any more');
      else if (now - this.beatAt >= BEAT_EVERY_MS) {
        this.beatAt = now;
        if ((await this.runs.beat(this.claimed, this.standing)) === 'lost') this.giveUp('another process has it');
      }
    } catch {
      // The views may be away for a moment; if for longer than the claim is good, another has it by then.
    } finally {
      this.looking = false;
    }
  }

  private giveUp(why: string): void {
    this.abort.abort(new GivenUp(why));
  }
}
