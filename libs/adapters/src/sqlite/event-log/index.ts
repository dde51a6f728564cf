export { openSqliteEventLog, SqliteEventLog, type SqliteEventLogConfig } from './sqlite-event-log.js';
export {
  openThreadedSqliteEventLog,
  ThreadedSqliteEventLog,
  type Lodging,
  type ThreadedSqliteEventLogConfig,
} from './threaded-sqlite-event-log.js';
export { connectSqliteEventLog, type SqliteEventLogConnection } from './connected-sqlite-event-log.js';
export { openLodgersLog } from './lodgers-log.js';
export type { Lodger } from './serve-writer.js';
export { LogInUseError, logFile, type Durability } from './log-database.js';
export { verifyLog, type LogVerdict } from './verify-log.js';
