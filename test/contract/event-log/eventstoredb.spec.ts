/** The adapter over EventStoreDB, against the stand-in, and against a real server where `EVENTSTOREDB_URL` names one. */
import { basename } from 'node:path';
import { afterEach } from 'vitest';
import { openEventStoreDbEventLog } from '#adapters/eventstoredb';
import { openStandIn, type StandIn } from '../../support/eventstoredb/index.js';
import { eventLogContract } from './event-log-contract.js';

/** The server's limit unless it was told otherwise. */
const CAPABILITIES = { durable: true, appendBytesMax: 1024 * 1024 };
const realServer = process.env.EVENTSTOREDB_URL;
const standIns = new Map<string, StandIn>();

afterEach(async () => {
  for (const standIn of standIns.values()) await standIn.close();
  standIns.clear();
});

async function urlOf(dir: string): Promise<string> {
  const standIn = standIns.get(dir) ?? (await openStandIn({ dir }));
  standIns.set(dir, standIn);
  return standIn.url;
}

eventLogContract('EventStoreDB (stand-in)', async (dir) => openEventStoreDbEventLog({ url: await urlOf(dir) }), CAPABILITIES);

eventLogContract(
  'EventStoreDB (stand-in, streams of its own)',
  async (dir) => openEventStoreDbEventLog({ url: await urlOf(dir), namespace: `${basename(dir)}.` }),
  CAPABILITIES,
);

// A server that others use, too, and that keeps what earlier runs wrote: each test has streams of its own.
if (realServer !== undefined) {
  eventLogContract(
    'EventStoreDB (EVENTSTOREDB_URL)',
    (dir) => openEventStoreDbEventLog({ url: realServer, namespace: `${basename(dir)}.` }),
    CAPABILITIES,
  );
}
