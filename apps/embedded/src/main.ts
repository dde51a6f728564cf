#!/usr/bin/env node
/** `npm start`: the whole of thingsIO in one process, on one folder. */
// Not by `#platform`, which loads Nest: see `embedded.ts`.
import { createLogger } from '../../../libs/platform/src/logging.js';
import { readSettings, SettingsError, type Settings } from '../../../libs/platform/src/settings.js';
import { startEmbedded, type EmbeddedPlatform } from './embedded.js';
import { welcome } from './welcome.js';

/** Past this a stop is no longer orderly: what is stuck must not keep the process from ending. */
const STOP_MS_MAX = 14_000;

const settings = settingsOrExit();
const logger = createLogger('embedded', settings.logLevel);
const platform = await startOrExit();
process.stdout.write(welcome(platform.url, settings.dataDir));

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
void platform.died.then((error) => {
  logger.fatal({ error: String(error) }, 'a part of the platform died; start it again, nothing acknowledged is lost');
  void stop(1);
});

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(code || 1), STOP_MS_MAX).unref();
  await platform.stop();
  if (code === 0) process.stdout.write('thingsIO stopped; everything accepted is stored.\n');
  process.exit(code);
}

function settingsOrExit(): Settings {
  try {
    return readSettings();
  } catch (error) {
    return exitWith(error);
  }
}

async function startOrExit(): Promise<EmbeddedPlatform> {
  try {
    return await startEmbedded(settings, logger);
  } catch (error) {
    return exitWith(error);
  }
}

/** What a user can mend is one line; anything else is a defect and keeps its stack. */
function exitWith(error: unknown): never {
  const { code, port } = error as { code?: string; port?: number };
  if (error instanceof SettingsError) process.stderr.write(`${error.message}\n`);
  else if (code === 'EADDRINUSE') process.stderr.write(`port ${port} is in use; choose another with --port\n`);
  else process.stderr.write(`thingsIO could not start: ${(error as Error).stack ?? String(error)}\n`);
  process.exit(1);
}
