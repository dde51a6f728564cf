/** What every program does around its app: settings, signals, an orderly stop, and one line for what a person can mend. */
import { createLogger, type Logger } from './logging.js';
import { settingsText } from './settings-text.js';
import { readSettings, SettingsError, type Settings } from './settings.js';

export interface RunningApp {
  /** Resolves when a part died that cannot be started again within this process. */
  died?: Promise<Error>;
  /** Refuses what is new, finishes what was taken, then closes everything. */
  stop(): Promise<void>;
}

export interface Program<A extends RunningApp> {
  /** Names it in the logs. */
  name: string;
  /** Resolves when it does its work. */
  start(settings: Settings, logger: Logger): Promise<A>;
  /** Said on standard output once it has started, and once it has stopped. */
  ready(app: A, settings: Settings): string;
  stopped: string;
}

/** Past this a stop is no longer orderly: what is stuck must not keep the process from ending. */
const STOP_MS_MAX = 14_000;

/** Runs until a signal or the death of a part; ends the process. */
export async function runApp<A extends RunningApp>(program: Program<A>): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h'))
    return void process.stdout.write(settingsText());
  const { settings, logger, app } = await started(program);
  process.stdout.write(program.ready(app, settings));
  let stopping = false;
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(code || 1), STOP_MS_MAX).unref();
    await app.stop();
    if (code === 0) process.stdout.write(program.stopped);
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
  void app.died?.then((error) => {
    logger.fatal({ error: String(error) }, 'a part of the process died; start it again, nothing acknowledged is lost');
    void stop(1);
  });
}

async function started<A extends RunningApp>(program: Program<A>): Promise<{ settings: Settings; logger: Logger; app: A }> {
  try {
    const settings = readSettings();
    const logger = createLogger(program.name, settings.logLevel);
    return { settings, logger, app: await program.start(settings, logger) };
  } catch (error) {
    return exitWith(error, program);
  }
}

/** What a user can mend is one line; anything else is a defect and keeps its stack. */
function exitWith(error: unknown, { name: app }: { name: string }): never {
  const { code, port, name } = error as { code?: string; port?: number; name?: string };
  // By its name: it may come from another thread.
  if (error instanceof SettingsError || name === 'UnreadableStoreError') process.stderr.write(`${(error as Error).message}\n`);
  else if (code === 'EADDRINUSE')
    process.stderr.write(`port ${port} is in use; choose another with ${['embedded', 'api'].includes(app) ? '--port' : '--health-port'}\n`);
  else process.stderr.write(`thingsIO could not start: ${(error as Error).stack ?? String(error)}\n`);
  process.exit(1);
}
