/** Starts the real platform as its operator does: the embedded one in a process of its own, as `npm start` does, or a small cluster,
 *  where the suite runs with `THINGSIO_TEST_PLATFORM=distributed`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithTests } from './watchdog.js';

const root = fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../../../' : '../../', import.meta.url));

export interface RunningPlatform {
  url: string;
  dataDir: string;
  pid: number;
  process: ChildProcess;
  /** Everything it printed so far. */
  output(): string;
  /** SIGTERM; resolves with the exit code. The data folder stays until `remove`. */
  stop(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Stops if needed and deletes the data folder. */
  remove(): Promise<void>;
}

export interface PlatformOptions {
  dataDir?: string;
  port?: number;
  env?: Record<string, string>;
  flags?: string[];
}

/** What a journey needs of a platform, whichever it is. */
export interface JourneyPlatform extends Pick<RunningPlatform, 'url' | 'output' | 'remove'> {
  /** SIGTERM to every process; resolves with their exit codes. */
  stop(): Promise<(number | null)[]>;
}

/** For journeys, which are the same on both platforms. */
export async function startJourneyPlatform(options: Pick<PlatformOptions, 'env'> = {}): Promise<JourneyPlatform> {
  if (process.env['THINGSIO_TEST_PLATFORM'] !== 'distributed') {
    const embedded = await startPlatform(options);
    return { ...embedded, stop: async () => [await embedded.stop()] };
  }
  const { SMALL, startCluster } = await import('./cluster.js');
  return startCluster(SMALL, options.env);
}

/** Resolves when the platform has printed its URL; rejects with its output when it ends before. */
export async function startPlatform(options: PlatformOptions = {}): Promise<RunningPlatform> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'thingsio-test-')));
  const main = join(root, 'dist/run/embedded.js');
  const args = [main, '--port', String(options.port ?? 0), '--data', dataDir, ...(options.flags ?? [])];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, THINGSIO_LOG_LEVEL: 'warn', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithTests(child);
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(printed);
      if (found) resolve(found[0]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the platform ended with ${code} before it was ready:\n${printed}`)));
  });
  const gone = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await gone;
    return child.exitCode;
  };
  return {
    url,
    dataDir,
    pid: child.pid!,
    process: child,
    output: () => printed,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    remove: async () => {
      await end('SIGKILL');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
