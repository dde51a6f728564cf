/** Work that may succeed later is tried again, ever more slowly, until it does or nobody wants it any more. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface AlertsLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

const FIRST_DELAY_MS = 50;
const LAST_DELAY_MS = 5_000;
/** Said at first, and then now and then. */
const SAY_EVERY_TRIES = 10;

/** Rejects only on abort. */
export async function untilDone<T>(what: string, stop: AbortSignal, logger: AlertsLogger, work: () => Promise<T>): Promise<T> {
  for (let tries = 1, delayMs = FIRST_DELAY_MS; ; tries++, delayMs = Math.min(delayMs * 2, LAST_DELAY_MS)) {
    stop.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (tries % SAY_EVERY_TRIES === 1) logger.warn({ what, tries, error: String(error) }, 'failed, and is tried again');
      await sleep(delayMs, undefined, { signal: stop });
    }
  }
}
