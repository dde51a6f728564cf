export { startEventStoreDb, type EventStoreDbOptions, type EventStoreDbServer } from './start-eventstoredb.js';
export { openStandIn, type StandIn, type StandInOptions } from './stand-in.js';
export { NO_FAULTS, type Faults, type FaultSettings } from './faults.js';
