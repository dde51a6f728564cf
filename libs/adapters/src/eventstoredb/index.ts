export {
  connectEventStoreDbEventLog,
  openEventStoreDbEventLog,
  type EventStoreDbEventLog,
  type EventStoreDbEventLogConfig,
} from './eventstoredb-event-log.js';
