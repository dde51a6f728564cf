/** How a shard's thread reaches the log: plain data from the thread that opened it, by the kind of log. */
import type { MessagePort } from 'node:worker_threads';
import type { EventLog } from '#ports';
// Not by `#adapters/sqlite`, which loads Kysely: a shard reads no views.
import { connectSqliteEventLog } from '../../../../libs/adapters/src/sqlite/event-log/index.js';
import type { TraceSettings } from '../../../../libs/platform/src/tracing.js';
import type { DeviceLimits } from './device.behaviour.js';

/** One member a platform. */
export type ShardLogConnection = { kind: 'sqlite'; dir: string; port: MessagePort };

/** What a shard's thread gets from `startIngestor`. */
export interface ShardData {
  log: ShardLogConnection;
  limits: DeviceLimits;
  /** Absent where nothing is traced. */
  trace?: { settings: TraceSettings; service: string };
}

export function connectShardLog({ log }: ShardData): EventLog {
  switch (log.kind) {
    case 'sqlite':
      return connectSqliteEventLog(log);
    default:
      return log.kind satisfies never;
  }
}
