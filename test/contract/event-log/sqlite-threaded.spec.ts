import { builtSqliteAdapters } from '../../support/event-log/dist.js';
import { eventLogContract } from './event-log-contract.js';

const { openThreadedSqliteEventLog } = await builtSqliteAdapters();

eventLogContract('SQLite on a writer thread', (dir) => openThreadedSqliteEventLog({ dir }));
