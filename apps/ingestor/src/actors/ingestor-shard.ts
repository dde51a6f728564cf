/** What lives on a shard, whichever thread it is on. */
import { runShard, type ShardWorkerData, type ShardWorkerOptions } from '#actors';
// Not by `#adapters/sqlite`, which loads Kysely: a shard reads no views.
import { openLodgersLog, type Lodger } from '../../../../libs/adapters/src/sqlite/event-log/index.js';
import { ingestorBehaviours } from './behaviours.js';
import type { ShardData } from './shard-log.js';
import { openTurnWatch } from './trace-turns.js';

export function ingestorShard(openLog: ShardWorkerOptions['openLog']): ShardWorkerOptions {
  return {
    behaviours: (data) => ingestorBehaviours((data as ShardData).limits),
    openLog,
    openWatch: async (data) => {
      const { trace } = data as ShardData;
      return trace && openTurnWatch(trace.settings, trace.service);
    },
  };
}

/** On the thread of the log's writer. */
export async function lodgeShard({ port, data, ...log }: Lodger): Promise<void> {
  await runShard(
    port,
    data as ShardWorkerData,
    ingestorShard(() => openLodgersLog(log)),
  );
}
