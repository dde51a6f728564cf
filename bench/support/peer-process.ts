/** A program written here (`bench/peers`), in a process of its own, so that it has a core to itself like the platform. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Resources } from './resources.js';

/** Resolves with its URL. */
export async function startPeer(name: string, resources: Resources, args: string[] = []): Promise<string> {
  const { said } = await forkPeer(name, resources, args);
  return `http://127.0.0.1:${(said as { port: number }).port}`;
}

/** Resolves with the first that it says, which is that it is ready. */
export async function forkPeer(name: string, resources: Resources, args: string[] = []): Promise<{ child: ChildProcess; said: unknown }> {
  const child = fork(fileURLToPath(new URL(`../peers/${name}.js`, import.meta.url)), args);
  const gone = once(child, 'exit');
  resources.onRelease(async () => {
    if (child.exitCode === null) child.kill();
    await gone;
  });
  const ended = gone.then(() => Promise.reject(new Error(`${name} ended before it was ready`)));
  const [said] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  return { child, said };
}
