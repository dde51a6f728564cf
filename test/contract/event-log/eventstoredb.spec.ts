/** The adapter over EventStoreDB, against the stand-in, and against a real server where `EVENTSTOREDB_URL` names one. */
import { createHash } from 'node:crypto';
import { afterEach } from 'vitest';
import { openEventStoreDbEventLog } from '#adapters/eventstoredb';
import { openStandIn, type StandIn } from '../../support/eventstoredb/index.js';
import { eventLogContract } from './event-log-contract.js';

const standIns = new Map<string, StandIn>();

afterEach(async () => {
  for (const standIn of standIns.values()) await standIn.close();
  standIns.clear();
});

eventLogContract(
  'EventStoreDB (stand-in)',
  async (dir) => {
    const { url } = standIns.get(dir) ?? (await openStandIn({ dir }));
    return openEventStoreDbEventLog({ url });
  },
  { durable: true, appendBytesMax: 1024 * 1024 },
);
