export { openSqliteEventLog, SqliteEventLog, type SqliteEventLogConfig } from './sqlite-event-log.js';
export { openThreadedSqliteEventLog, ThreadedSqliteEventLog, type ThreadedSqliteEventLogConfig } from './threaded-sqlite-event-log.js';
export { connectSqliteEventLog, type SqliteEventLogConnection } from './connected-sqlite-event-log.js';
export { LogInUseError, logFile, type Durability } from './log-database.js';
export { verifyLog, type LogVerdict } from './verify-log.js';
