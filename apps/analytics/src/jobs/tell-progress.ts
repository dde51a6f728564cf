/** Tells everyone of the account how far an analysis is: at most four times a second. */
import { accountStream, type AnalysisProgressedMessage, type JsonObject } from '#contracts';
import type { LiveBus } from '#ports';
import type { Claimed, Standing } from './runs.js';

const EVERY_MS = 250;

export class ProgressTeller {
  private last = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private pending: (Standing & { rows?: number }) | undefined;

  constructor(
    private readonly live: LiveBus,
    private readonly claimed: Claimed,
  ) {}

  tell(standing: Standing & { rows?: number }): void {
    this.pending = standing;
    const wait = this.last + EVERY_MS - performance.now();
    if (wait <= 0) this.send();
    else this.timer ??= setTimeout(() => this.send(), wait).unref();
  }

  /** Says nothing more: how it ended is told by the projector, once the views show it. */
  stop(): void {
    clearTimeout(this.timer);
    this.pending = undefined;
  }

  private send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.pending) return;
    this.last = performance.now();
    const { accountId, analysisId, operation, run } = this.claimed;
    const { phase, progress, rows } = this.pending;
    this.pending = undefined;
    const message: AnalysisProgressedMessage = {
      analysisId,
      operation,
      status: 'running',
      progress,
      phase,
      restarts: run - 1,
      ...(run > 1 && { restarted: true }),
      ...(rows !== undefined && { rows }),
    };
    const room = accountStream(accountId);
    this.live.publish([{ room, event: 'analysis.progressed', data: message as unknown as JsonObject }]);
  }
}
