/** Puts an end to a process that a test started, also where the test run is killed or forgets it. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

/** Outlives the test run by a moment: the end of its standard input tells it to kill `pid` and its children, and to remove `dir`. */
export function watch(pid: number, dir?: string): ChildProcess {
  const last = `read -r _; pkill -KILL -P ${pid}; kill -KILL ${pid}${dir === undefined ? '' : `; rm -rf '${dir}'`}`;
  const watchdog = spawn('/bin/sh', ['-c', last], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watchdog.unref();
  const stdin = watchdog.stdin as Socket;
  stdin.on('error', () => undefined);
  stdin.unref();
  return watchdog;
}

/** Watches a process until it has ended. */
export function endWithTests(child: ChildProcess, dir?: string): void {
  const watchdog = watch(child.pid!, dir);
  child.once('exit', () => watchdog.kill('SIGKILL'));
}
