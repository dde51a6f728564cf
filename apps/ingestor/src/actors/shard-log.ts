/** How a shard's thread reaches the log: plain data from the thread that opened it, by the kind of log. */
import type { MessagePort } from 'node:worker_threads';
import type { EventLog } from '#ports';
import type { TraceSettings } from '../../../../libs/platform/src/tracing.js';
import type { DeviceLimits } from './device.behaviour.js';

/** One member a platform. */
export type ShardLogConnection = { kind: 'sqlite'; dir: string; port: MessagePort } | { kind: 'eventstoredb'; url: string };

/** What a shard's thread gets from `startIngestor`. */
export interface ShardData {
  /** Absent where it is on the thread of the log's writer. */
  log?: ShardLogConnection;
  limits: DeviceLimits;
  /** Absent where nothing is traced. */
  trace?: { settings: TraceSettings; service: string };
}

/** What can be given away with it, once. */
export function transferable(log: ShardLogConnection): MessagePort[] {
  return log.kind === 'sqlite' ? [log.port] : [];
}

/** Only the code of its own log is loaded on a shard's thread. */
export async function connectShardLog({ log }: ShardData): Promise<EventLog> {
  switch (log?.kind) {
    case 'sqlite': {
      // Not by `#adapters/sqlite`, which loads Kysely: a shard reads no views.
      const { connectSqliteEventLog } = await import('../../../../libs/adapters/src/sqlite/event-log/index.js');
      return connectSqliteEventLog(log);
    }
    case 'eventstoredb': {
      // A client a thread. The process looked at the server when it started; a thread that starts later just goes on trying.
      const { connectEventStoreDbEventLog } = await import('#adapters/eventstoredb');
      return connectEventStoreDbEventLog(log);
    }
    case undefined:
      throw new Error('A shard on a thread of its own needs a connection to the log.');
    default:
      return log satisfies never;
  }
}
