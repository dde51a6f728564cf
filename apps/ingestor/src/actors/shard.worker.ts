/** Step 3 of the journey: a shard's thread, with devices, accounts and what else decides. */
import { runShardWorker } from '#actors';
import { ingestorBehaviours } from './behaviours.js';
import { connectShardLog, type ShardData } from './shard-log.js';
import { openTurnWatch } from './trace-turns.js';

await runShardWorker({
  behaviours: (data) => ingestorBehaviours((data as ShardData).limits),
  openLog: (data) => connectShardLog(data as ShardData),
  openWatch: async (data) => {
    const { trace } = data as ShardData;
    return trace && openTurnWatch(trace.settings, trace.service);
  },
});
