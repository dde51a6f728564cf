/** Step 3 of the journey: a shard's thread, with devices, accounts and what else decides. */
import { runShardWorker } from '#actors';
import { ingestorShard } from './ingestor-shard.js';
import { connectShardLog, type ShardData } from './shard-log.js';

await runShardWorker(ingestorShard((data) => connectShardLog(data as ShardData)));
