/** Loaded before an app with `--import`: SIGUSR2 collects the garbage of all its threads, so that its memory shows what it holds. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const threads = new BroadcastChannel('collect');
threads.unref();
threads.onmessage = () => collect();
if (isMainThread)
  process.on('SIGUSR2', () => {
    threads.postMessage('now');
    collect();
  });
