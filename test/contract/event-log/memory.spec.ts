import { createMemoryEventLog } from '#adapters/memory';
import { eventLogContract } from './event-log-contract.js';

eventLogContract('Memory', () => createMemoryEventLog(), { durable: false });
