import { connect } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { type Answer, eventually, openAccount } from '../support/client.js';
import { type RunningPlatform, startPlatform } from '../support/platform.js';

const SENDERS = 64;
const BATCH = 2_000;
const FOR_MS = 6_000;
const SCHEMA = { fields: { v: { type: 'number', required: true } } };

let platform: RunningPlatform;
afterAll(() => platform?.remove());

it('refuses what is too much, with a time to come back, and keeps exactly what it acknowledged', { timeout: 60_000 }, async () => {
  // So little room that a few senders are many times too many.
  platform = await startPlatform({ env: { THINGSIO_LIMIT_IN_FLIGHT_BYTES: '300000', THINGSIO_LIMIT_KEY_READINGS_PER_SECOND: '10000000' } });
  const user = await openAccount(platform.url);
  const ids = ['hot', 'one', 'two', 'three'];
  for (const deviceId of ids) await user.call('POST', '/devices', { deviceId, name: deviceId, schema: SCHEMA });
  const acknowledged = new Map(ids.map((id) => [id, { batches: 0, sum: 0 }]));
  const refusals: Answer[] = [];
  const until = Date.now() + FOR_MS;
  let next = 0;

  const send = async (sender: number) => {
    const id = sender % 2 === 0 ? 'hot' : ids[1 + (((sender - 1) / 2) % 3)]!;
    while (Date.now() < until) {
      const first = BATCH * next++;
      const batch = Array.from({ length: BATCH }, (_, at) => ({ seq: first + at, time: 1_700_000_000_000 + first + at, v: first }));
      const answer = await user.call('POST', `/devices/${id}/readings`, batch);
      if (answer.status !== 200) refusals.push(answer);
      else {
        acknowledged.get(id)!.batches++;
        acknowledged.get(id)!.sum += BATCH * first;
      }
    }
  };
  /** Begins a body and goes away in the middle of it. */
  const goAway = async () => {
    const { hostname, port } = new URL(platform.url);
    while (Date.now() < until) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write(`POST /api/v1/devices/one/readings HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${user.key}\r\n`);
          socket.write('content-type: application/json\r\ncontent-length: 90000\r\n\r\n[{"v": 1},', () => socket.resetAndDestroy());
        });
        socket.on('error', () => undefined).on('close', () => resolve());
      });
    }
  };
  await Promise.all([...Array.from({ length: SENDERS }, (_, sender) => send(sender)), goAway(), goAway()]);

  expect(refusals.length).toBeGreaterThan(0);
  for (const { status, headers } of refusals) {
    expect([429, 503]).toContain(status);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  for (const [id, { batches, sum }] of acknowledged) {
    expect(batches, id).toBeGreaterThan(0);
    const stored = batches * BATCH;
    const ledger = await eventually(
      () => user.call('GET', `/devices/${id}/ledger`),
      ({ body }) => Number(body['stored']) >= stored,
    );
    expect(ledger.body).toMatchObject({ received: stored, stored, duplicates: 0, rejected: 0 });
    const query = 'fields=v&from=2023-01-01T00:00:00Z&to=2026-01-01T00:00:00Z&every=1mo&fn=sum';
    const series = await eventually(
      () => user.call<{ of: number; fields: { v: { sum: (number | null)[] } } }>('GET', `/devices/${id}/series?${query}`),
      ({ body }) => body.of >= stored,
    );
    expect(series.body.of).toBe(stored);
    expect(series.body.fields.v.sum.reduce<number>((all, one) => all + (one ?? 0), 0)).toBe(sum);
  }
  expect(await platform.stop()).toBe(0);
});
