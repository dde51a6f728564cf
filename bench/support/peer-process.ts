/** A peer written here (`bench/peers`), in a process of its own, so that it has a core to itself like the platform. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Resources } from './resources.js';

/** Resolves with its URL. */
export async function startPeer(name: string, resources: Resources): Promise<string> {
  const child = fork(fileURLToPath(new URL(`../peers/${name}.js`, import.meta.url)));
  const gone = once(child, 'exit');
  resources.onRelease(async () => {
    if (child.exitCode === null) child.kill();
    await gone;
  });
  const [{ port }] = (await Promise.race([
    once(child, 'message'),
    gone.then(() => Promise.reject(new Error(`${name} ended before it was ready`))),
  ])) as [{ port: number }];
  return `http://127.0.0.1:${port}`;
}
