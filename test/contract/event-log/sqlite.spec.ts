import { openSqliteEventLog } from '#adapters/sqlite';
import { eventLogContract } from './event-log-contract.js';

eventLogContract('SQLite', (dir) => openSqliteEventLog({ dir }));
eventLogContract('SQLite (durability normal)', (dir) => openSqliteEventLog({ dir, durability: 'normal' }));
