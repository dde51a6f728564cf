/** One app of the distributed platform in a process of its own, as a service manager would run it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './servers/free-port.js';
import { endWithTests } from './watchdog.js';

const root = fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../../../' : '../../', import.meta.url));

export type Role = 'api' | 'ingestor' | 'projector' | 'analytics';

export interface AppProcess {
  role: Role;
  /** Where it is found: its API, or its health. The same after a restart. */
  url: string;
  readonly pid: number;
  /** Everything it printed so far, over all its starts. */
  output(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
}

/** Resolves when the app has said where it is; rejects with its output when it ends before. */
export async function startApp(role: Role, env: Record<string, string>): Promise<AppProcess> {
  let printed = '';
  const port = String(await freePort());
  let child: ChildProcess;
  let gone: Promise<unknown>;
  const start = async (): Promise<string> => {
    const from = printed.length;
    child = spawn(process.execPath, [join(root, `dist/run/${role}.js`)], {
      env: { ...process.env, THINGSIO_LOG_LEVEL: 'warn', ...env, THINGSIO_PORT: port, THINGSIO_HEALTH_PORT: port },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    endWithTests(child);
    gone = once(child, 'exit');
    return new Promise<string>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        printed += chunk.toString();
        // Not the URL of a server that it complains of.
        const found = /\bat (http:\/\/127\.0\.0\.1:\d+)/.exec(printed.slice(from));
        if (found) resolve(found[1]!);
      };
      child.stdout!.on('data', read);
      child.stderr!.on('data', read);
      child.once('exit', (code) => reject(new Error(`${role} ended with ${code} before it was ready:\n${printed.slice(from)}`)));
    });
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await gone;
    return child.exitCode;
  };
  const url = await start();
  return {
    role,
    url,
    get pid() {
      return child.pid!;
    },
    output: () => printed,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    start: async () => void (await start()),
  };
}
