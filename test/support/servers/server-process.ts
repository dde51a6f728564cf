/** A real server as a child process: in a folder of its own, stopped with all its children, also where the test run is killed. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from '../watchdog.js';

export interface TestServer {
  url: string;
  /** For good: what it stored is removed. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Stops it where it runs, and starts it again on the same port and data; resolves when it answers. */
  restart(): Promise<void>;
  /** It keeps its connections, and answers nothing. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

export interface ServerProgram {
  /** Begins the name of its folder. */
  name: string;
  /** Once, before the first start. */
  prepare?(dir: string): void;
  command(dir: string): [program: string, ...args: string[]];
  /** Rejects while it does not answer. */
  answers(): Promise<unknown>;
  /** That makes it stop at once, with its data safe. */
  stopSignal: NodeJS.Signals;
}

const STARTED_WITHIN_MS = 30_000;
const STOPPED_WITHIN_MS = 10_000;

export async function startServer(url: string, program: ServerProgram): Promise<TestServer> {
  const dir = mkdtempSync(join(tmpdir(), `thingsio-${program.name}-`));
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  const running: { current?: Running } = {};
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await running.current?.end(signal);
    running.current = undefined;
  };
  const start = async (): Promise<void> => {
    running.current = new Running(dir, program.command(dir));
    await running.current.until(program.answers);
  };
  try {
    program.prepare?.(dir);
    await start();
  } catch (error) {
    remove();
    throw error;
  }
  return {
    url,
    async stop() {
      await end(program.stopSignal);
      remove();
    },
    kill: () => end('SIGKILL'),
    async restart() {
      await end(program.stopSignal);
      await start();
    },
    pause: async () => running.current?.signal('SIGSTOP'),
    resume: async () => running.current?.signal('SIGCONT'),
  };
}

class Running {
  private readonly child: ChildProcess;
  private readonly watchdog: ChildProcess;
  private readonly ended: Promise<unknown>;
  private said = '';

  constructor(dir: string, [program, ...args]: [string, ...string[]]) {
    this.child = spawn(program, args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.ended = once(this.child, 'exit');
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (text: Buffer) => (this.said = (this.said + String(text)).slice(-4_000)));
    }
    this.child.on('error', (error) => (this.said += String(error)));
    this.watchdog = watch(this.child.pid ?? 0, dir);
  }

  signal(signal: NodeJS.Signals): void {
    // The children first: one whose parent is gone is nobody's, and would not be found.
    for (const pid of [...childrenOf(this.child.pid!), this.child.pid!]) kill(pid, signal);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      if (signal === 'SIGKILL') this.signal('SIGKILL');
      else {
        this.signal('SIGCONT');
        kill(this.child.pid!, signal);
        const late = setTimeout(() => this.signal('SIGKILL'), STOPPED_WITHIN_MS);
        await this.ended;
        clearTimeout(late);
      }
      await this.ended;
    }
    kill(this.watchdog.pid!, 'SIGKILL');
  }

  async until(answers: () => Promise<unknown>): Promise<void> {
    const deadline = performance.now() + STARTED_WITHIN_MS;
    for (;;) {
      try {
        await answers();
        return;
      } catch (error) {
        const gone = this.child.exitCode !== null || this.child.pid === undefined;
        if (!gone && performance.now() < deadline) await sleep(20);
        else {
          await this.end('SIGKILL');
          throw new Error(`the server did not start: ${this.said}`, { cause: error });
        }
      }
    }
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => parentOf(other) === pid);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

/** Runs to its end; throws with what it said where that is not good. */
export function run(program: string, args: string[], input?: string): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', ...(input === undefined ? {} : { input }) });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? ''} ${stdout}${stderr}`);
}
