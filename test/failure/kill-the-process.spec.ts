import { afterAll, describe, expect, it } from 'vitest';
import { type Client, createClient, eventually, openAccount } from '../support/client.js';
import { type RunningPlatform, startPlatform } from '../support/platform.js';

const ROUNDS = 20;
const DEVICES = 6;
const BATCH = 50;
const SCHEMA = { fields: { value: { type: 'number', required: true } } };

let platform: RunningPlatform;
afterAll(() => platform?.remove());

/** Small, seeded and good enough to pick moments. */
function random(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

interface Sender {
  deviceId: string;
  nextSeq: number;
  /** Batches sent and not acknowledged: sent again after the restart, as a device would. */
  pending: number | undefined;
  acknowledged: number;
}

/** Posts batch after batch until the server is gone. Device time is the sequence number, so a value tells where it belongs. */
async function sendUntilGone(client: Client, sender: Sender): Promise<void> {
  for (;;) {
    const first = sender.pending ?? sender.nextSeq;
    sender.pending = first;
    sender.nextSeq = first + BATCH;
    const batch = Array.from({ length: BATCH }, (_, at) => ({ seq: first + at, time: 1_700_000_000_000 + first + at, value: first + at }));
    try {
      const answer = await client.call<{ accepted: number; duplicates: number }>('POST', `/devices/${sender.deviceId}/readings`, batch);
      if (answer.status !== 200) continue;
      expect(answer.body.accepted + answer.body.duplicates).toBe(BATCH);
      sender.acknowledged = first + BATCH;
      sender.pending = undefined;
    } catch {
      return;
    }
  }
}

async function storedSeqs(client: Client, deviceId: string): Promise<number[]> {
  const seqs: number[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page: { body: { items: { seq: number; values: { value: number } }[]; next?: string } } = await client.call(
      'GET',
      `/devices/${deviceId}/readings?limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    for (const item of page.body.items) {
      expect(item.values.value).toBe(item.seq);
      seqs.push(item.seq);
    }
    cursor = page.body.next;
  }
  return seqs;
}

describe('kill -9 during a load of batches', () => {
  it(`loses nothing acknowledged and counts nothing twice, ${ROUNDS} times at random`, { timeout: 300_000 }, async () => {
    const next = random(20_261_123);
    platform = await startPlatform();
    const user = await openAccount(platform.url);
    const senders: Sender[] = [];
    for (let at = 0; at < DEVICES; at++) {
      const deviceId = `load-${at}`;
      await user.call('POST', '/devices', { deviceId, name: deviceId, schema: SCHEMA });
      senders.push({ deviceId, nextSeq: 0, pending: undefined, acknowledged: 0 });
    }
    for (let round = 0; round < ROUNDS; round++) {
      const client = createClient(platform.url, user.key);
      const load = senders.map((sender) => sendUntilGone(client, sender));
      await new Promise((resolve) => setTimeout(resolve, 20 + next() * 400));
      await platform.kill();
      await Promise.all(load);
      platform = await startPlatform({ dataDir: platform.dataDir });
      await everythingAddsUp(createClient(platform.url, user.key), senders);
    }
    expect(senders.every((sender) => sender.acknowledged > 0)).toBe(true);
    expect(await platform.stop()).toBe(0);
  });
});

async function everythingAddsUp(client: Client, senders: Sender[]): Promise<void> {
  for (const { deviceId, acknowledged } of senders) {
    type Ledger = { received: number; stored: number; duplicates: number; rejected: number; missing: { count: number } };
    const ledger = await eventually(
      () => client.call<Ledger>('GET', `/devices/${deviceId}/ledger`),
      ({ body }) => body.stored >= acknowledged,
    );
    const seqs = await eventually(
      () => storedSeqs(client, deviceId),
      (found) => found.length >= ledger.body.stored,
    );
    expect(seqs.length).toBe(ledger.body.stored);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, seq) => seq));
    expect(ledger.body).toMatchObject({ rejected: 0, missing: { count: 0 }, received: ledger.body.stored + ledger.body.duplicates });
    const series = await client.call<{ of: number }>(
      'GET',
      `/devices/${deviceId}/series?fields=value&from=2023-01-01T00:00:00Z&to=2024-01-01T00:00:00Z&every=1d&fn=count`,
    );
    expect(series.body.of).toBe(seqs.length);
  }
}
