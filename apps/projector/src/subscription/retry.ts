/** Trying again what may succeed later: ever more slowly, for as long as it takes, until told to stop. */
import { setTimeout as sleep } from 'node:timers/promises';

export const FIRST_DELAY_MS = 20;
/** Long enough not to burden a store that is down, short enough that people do not wait for what works again. */
export const LAST_DELAY_MS = 5_000;

/** Told of each failed try, with how long the trouble lasts; and once with nothing when it is over. */
export type Trouble = (trouble: { error: unknown; tries: number; delayMs: number } | undefined) => void;

const SAY_EVERY_TRIES = 10;

/** Says when trouble begins, still lasts, and is over: not at each of many tries. */
export function sayTrouble(logger: TroubleLogger, where: string): Trouble {
  return (trouble) => {
    if (trouble === undefined) logger.info({ where }, 'works again');
    else if (trouble.tries % SAY_EVERY_TRIES === 1) {
      const { error, tries, delayMs } = trouble;
      logger.warn({ where, tries, delayMs, error: String(error) }, 'failed, and is tried again');
    }
  };
}

/** As pino has them. */
interface TroubleLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** Resolves with what `work` gives in the end; with undefined where `stop` came first. */
export async function retryUntil<T>(stop: AbortSignal, trouble: Trouble, work: () => Promise<T>): Promise<T | undefined> {
  for (let tries = 1, delayMs = FIRST_DELAY_MS; !stop.aborted; tries++, delayMs = Math.min(delayMs * 2, LAST_DELAY_MS)) {
    try {
      const result = await work();
      if (tries > 1) trouble(undefined);
      return result;
    } catch (error) {
      if (stop.aborted) return undefined;
      trouble({ error, tries, delayMs });
      await sleep(delayMs, undefined, { signal: stop }).catch(() => undefined);
    }
  }
  return undefined;
}
