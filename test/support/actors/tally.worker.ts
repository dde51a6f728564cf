/** The toy entity on a shard's thread; its log is the test's. */
import type { MessagePort } from 'node:worker_threads';
import { runShardWorker } from '#actors';
import { PortLog } from './port-log.js';
import { tallyBehaviour } from './tally.behaviour.js';

await runShardWorker({
  behaviours: () => [tallyBehaviour()],
  openLog: (data) => new PortLog((data as { port: MessagePort }).port),
});
