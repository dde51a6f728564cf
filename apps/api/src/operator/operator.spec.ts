import { afterEach, describe, expect, it, vi } from 'vitest';
import { type CommandAnswer, type CommandEnvelope, encodeEnvelope, type JsonObject, type Scope } from '#contracts';
import type { Settings } from '#platform';
import { PROGRESS_ROOM, REBUILDS_ROOM } from '#ports';
import { type ApiOverFakes, openApiOverFakes } from '../testing/api-over-fakes.js';
import { done } from '../testing/fake-queue.js';

vi.mock('socket.io', () => import('../testing/no-sockets.js'));

const close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of close.splice(0).reverse()) await one();
});

const OPERATING: Scope[] = ['read', 'manage', 'operate'];
const asB = { authorization: 'Bearer tio_b2' };

async function setUp({ answer = done(), ...settings }: Partial<Settings> & { answer?: CommandAnswer } = {}) {
  const api = await openApiOverFakes({ answer: () => answer, settings });
  close.push(() => api.close());
  await api.openAccount('a1', OPERATING);
  await api.openAccount('b2', OPERATING);
  await api.viewStore.write(async (tx) => {
    const ledger = { projection: 'ledger', projection_version: 2, made_at: 5, switched_at: null };
    await tx
      .insertInto('generations')
      .values([
        { ...ledger, generation: 1, state: 'old' },
        { ...ledger, generation: 2, state: 'live' },
      ])
      .execute();
    await tx
      .insertInto('checkpoints')
      .values({ projection: 'ledger', generation: 2, part: 0, projection_version: 2, position: 0 })
      .execute();
  });
  return api;
}

const command: CommandEnvelope = {
  type: 'ReceiveReadings',
  stream: 'device-a1.d1',
  data: { deviceId: 'd1', format: 'json' },
  commandId: 'c1',
  accountId: 'a1',
  correlationId: 'r1',
  receivedAt: 7,
  body: Buffer.from('[{"t": 20.5}]'),
};

async function park({ viewStore }: ApiOverFakes, more: Partial<CommandEnvelope> = {}, parkedAt = 9, tries = 5): Promise<string> {
  const envelope = { ...command, ...more };
  const parked_id = `${envelope.stream}/${envelope.commandId}`;
  const row = { stream: envelope.stream, type: envelope.type, account_id: envelope.accountId, parked_at: parkedAt, tries };
  await viewStore.write((tx) =>
    tx
      .insertInto('parked_commands')
      .values({ ...row, parked_id, error: '{"code":"TypeError","message":"a bug"}', envelope: encodeEnvelope(envelope) })
      .execute(),
  );
  return Buffer.from(parked_id).toString('base64url');
}

describe('who operates', () => {
  it('is everyone where nobody is named', async () => {
    const { call } = await setUp();
    expect((await call('GET', '/projections')).status).toBe(200);
    expect((await call('GET', '/me')).body['scopes']).toContain('operate');
  });

  it('is only who is named, whatever a key says', async () => {
    const { call } = await setUp({ operators: ['b2@example.org'], answer: done({}, 0) });
    expect(await call('GET', '/projections')).toMatchObject({ status: 403, body: { code: 'auth.not-an-operator' } });
    expect((await call('GET', '/me')).body['scopes']).toEqual(['read', 'manage']);
    expect((await call('GET', '/projections', undefined, asB)).status).toBe(200);
    const wish = { name: 'k', scopes: ['operate'] };
    expect(await call('POST', '/api-keys', wish)).toMatchObject({ status: 403, body: { code: 'auth.not-an-operator', scope: 'operate' } });
    expect(await call('POST', '/api-keys', { name: 'k', scopes: ['read'] })).not.toMatchObject({ status: 403 });
  });
});

describe('projections', () => {
  it('are shown from the stores where no projector is heard of', async () => {
    const { call } = await setUp();
    expect((await call('GET', '/projections')).body).toMatchObject({
      items: [
        {
          name: 'ledger',
          generation: 2,
          version: 2,
          position: '0',
          lagEvents: 0,
          trouble: expect.stringContaining('No projector'),
          parts: [{ part: 0, position: '0' }],
          generations: [
            { generation: 1, state: 'old' },
            { generation: 2, state: 'live' },
          ],
        },
      ],
    });
    expect(await call('GET', '/projections/nothing')).toMatchObject({ status: 404, body: { code: 'projection.unknown' } });
  });

  it('are as far as their slowest part, and as fast as all of them', async () => {
    const { call, liveBus } = await setUp();
    const figures = { name: 'ledger', generation: 2, version: 2, lagEvents: 0, lagSeconds: 0, ratePerSecond: 10 };
    const tell = (process: string, more: object) => {
      const data = { process, projections: [{ ...figures, ...more }], rebuilds: [] } as unknown as JsonObject;
      liveBus.publish([{ room: PROGRESS_ROOM, event: 'projector.figures', data }]);
    };
    tell('p1', { part: 0, position: 90 });
    tell('p2', { part: 1, position: 50, lagEvents: 40, lagSeconds: 1.5, failed: { position: 51, error: 'a bug' } });
    const { body } = await call('GET', '/projections/ledger');
    expect(body).toMatchObject({
      position: '50',
      lagEvents: 40,
      lagSeconds: 1.5,
      ratePerSecond: 20,
      trouble: 'It stands still at 51: a bug',
    });
    expect(body['parts']).toMatchObject([{ owner: 'p1' }, { owner: 'p2', trouble: 'It stands still at 51: a bug' }]);
  });

  it('are shown as the stores have them for the moment in which a new generation is live and nobody tells of it yet', async () => {
    const { call, liveBus } = await setUp();
    const former = { name: 'ledger', generation: 1, version: 2, part: 0, position: 90, lagEvents: 0, lagSeconds: 0, ratePerSecond: 10 };
    const data = { process: 'p1', projections: [former], rebuilds: [] } as unknown as JsonObject;
    liveBus.publish([{ room: PROGRESS_ROOM, event: 'projector.figures', data }]);
    const { body } = await call('GET', '/projections/ledger');
    expect(body).toMatchObject({ generation: 2, position: '0' });
    expect(body).not.toHaveProperty('trouble');
  });

  it('are rebuilt one at a time, once for a key, and the projectors hear of it', async () => {
    const { call, liveBus } = await setUp();
    let heard = 0;
    liveBus.setListening(REBUILDS_ROOM, true);
    liveBus.subscribe((messages) => (heard += messages.filter(({ room }) => room === REBUILDS_ROOM).length));
    const key = { 'idempotency-key': 'once' };
    const started = await call('POST', '/projections/ledger/rebuilds', undefined, key);
    expect(started).toMatchObject({
      status: 202,
      body: { projection: 'ledger', generation: 3, purpose: 'switch', state: 'requested', progress: 0 },
    });
    const id = String(started.body['rebuildId']);
    expect(started.headers['location']).toBe(`/api/v1/projections/ledger/rebuilds/${id}`);
    expect(heard).toBe(1);
    expect((await call('POST', '/projections/ledger/rebuilds', undefined, key)).body).toMatchObject({ rebuildId: id });
    for (const path of ['rebuilds', 'verifications'])
      expect(await call('POST', `/projections/ledger/${path}`)).toMatchObject({
        status: 409,
        body: { code: 'rebuild.under-way', rebuildId: id },
      });
    expect((await call('GET', '/projections/ledger')).body).toMatchObject({ rebuild: { rebuildId: id } });
    expect((await call('GET', '/projections/ledger/rebuilds')).body).toMatchObject({ items: [{ rebuildId: id }] });
    expect((await call('GET', '/projections/ledger/verifications')).body).toEqual({ items: [] });
    expect(await call('GET', `/projections/ledger/verifications/${id}`)).toMatchObject({ status: 404, body: { code: 'rebuild.unknown' } });
    expect(await call('POST', '/projections/nothing/rebuilds')).toMatchObject({ status: 404, body: { code: 'projection.unknown' } });
  });

  it('have rebuilds that are paused, go on and are cancelled, but not after their end', async () => {
    const { call, viewStore } = await setUp();
    const path = `/projections/ledger/rebuilds/${String((await call('POST', '/projections/ledger/rebuilds')).body['rebuildId'])}`;
    const wanted = () => viewStore.db.selectFrom('rebuilds').select('wanted').executeTakeFirstOrThrow();
    expect((await call('PATCH', path, { state: 'paused' })).status).toBe(200);
    expect(await wanted()).toEqual({ wanted: 'pause' });
    expect(await call('PATCH', path, { state: 'completed' })).toMatchObject({ status: 400, body: { code: 'request.malformed' } });
    await call('PATCH', path, { state: 'running' });
    expect(await wanted()).toEqual({ wanted: 'run' });
    expect((await call('DELETE', path)).status).toBe(202);
    expect(await wanted()).toEqual({ wanted: 'cancel' });
    expect((await call('DELETE', path)).status).toBe(202);
    expect(await call('PATCH', path, { state: 'running' })).toMatchObject({ status: 409, body: { code: 'rebuild.ended' } });
    await viewStore.write((tx) => tx.updateTable('rebuilds').set({ state: 'cancelled' }).execute());
    expect(await call('DELETE', path)).toMatchObject({ status: 409, body: { code: 'rebuild.ended' } });
  });

  it('show a difference only to whom it belongs', async () => {
    const { call, viewStore } = await setUp();
    const { body } = await call('POST', '/projections/ledger/verifications');
    const firstDifference = { accountId: 'b2', deviceId: 'd1', table: 'ledgers', key: ['b2', 'd1'], live: { stored: 1 }, rebuilt: null };
    const outcome = { position: '7', equal: false, live: 'x', rebuilt: 'y', rows: { live: 1, rebuilt: 0 }, firstDifference };
    await viewStore.write((tx) =>
      tx
        .updateTable('rebuilds')
        .set({ state: 'completed', outcome: JSON.stringify(outcome) })
        .execute(),
    );
    const path = `/projections/ledger/verifications/${String(body['rebuildId'])}`;
    const hidden = { hidden: true, table: 'ledgers', key: null, live: null, rebuilt: null };
    for (const asked of [await call('GET', path), await call('GET', '/projections/ledger')])
      expect(JSON.stringify(asked.body)).toContain(JSON.stringify(hidden));
    expect((await call('GET', path, undefined, asB)).body).toMatchObject({ outcome });
    expect((await call('GET', '/projections/ledger')).body).toMatchObject({ digest: 'x' });
  });

  it('lose only generations that are old', async () => {
    const { call, viewStore } = await setUp();
    expect((await call('DELETE', '/projections/ledger/generations/1')).status).toBe(202);
    expect(await call('DELETE', '/projections/ledger/generations/2')).toMatchObject({ status: 409, body: { code: 'generation.in-use' } });
    for (const unknown of ['7', '-1', 'x', '1.0'])
      expect(await call('DELETE', `/projections/ledger/generations/${unknown}`)).toMatchObject({
        status: 404,
        body: { code: 'generation.unknown' },
      });
    const [state] = await viewStore.db.selectFrom('generations').select('state').where('generation', '=', 1).execute();
    expect(state).toEqual({ state: 'dropping' });
  });
});

describe('parked commands', () => {
  it('are listed with what they are and how they begin, the newest first, a page at a time', async () => {
    const api = await setUp();
    const older = await park(api);
    const newer = await park(api, { type: 'RetireDevice', commandId: 'c2', data: {}, body: undefined }, 10);
    const first = await api.call('GET', '/parked-commands?limit=1');
    expect(first.body).toMatchObject({ items: [{ parkedId: newer, type: 'RetireDevice' }], next: expect.any(String) });
    const second = await api.call('GET', `/parked-commands?limit=1&cursor=${String(first.body['next'])}`);
    expect(second.body).toEqual({
      items: [
        {
          parkedId: older,
          type: 'ReceiveReadings',
          stream: 'device-a1.d1',
          deviceId: 'd1',
          accountId: 'a1',
          parkedAt: '1970-01-01T00:00:00.009Z',
          tries: 5,
          error: { code: 'TypeError', message: 'a bug' },
          commandId: 'c1',
          correlationId: 'r1',
          bodyBytes: 13,
          bodyStart: '[{"t": 20.5}]',
        },
      ],
    });
    expect((await api.call('GET', `/parked-commands/${older}`)).body).toEqual((second.body['items'] as object[])[0]);
  });

  it('are there for their own account alone, unless operators are named', async () => {
    const api = await setUp();
    const parkedId = await park(api);
    expect((await api.call('GET', '/parked-commands', undefined, asB)).body).toEqual({ items: [] });
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/retries'],
      ['DELETE', ''],
    ] as const)
      expect(await api.call(method, `/parked-commands/${parkedId}${path}`, undefined, asB)).toMatchObject({
        status: 404,
        body: { code: 'parked-command.unknown' },
      });
    const named = await setUp({ operators: ['b2@example.org'] });
    await park(named);
    expect((await named.call('GET', '/parked-commands', undefined, asB)).body).toMatchObject({ items: [{ accountId: 'a1' }] });
  });

  it('are gone once their entity accepts them', async () => {
    const api = await setUp({ answer: done({ deviceId: 'd1', accepted: 1 }, 12) });
    const parkedId = await park(api);
    expect(await api.call('POST', `/parked-commands/${parkedId}/retries`)).toMatchObject({
      status: 200,
      body: { parkedId, outcome: 'accepted', position: '12', value: { accepted: 1 } },
    });
    expect(api.queue.sent).toMatchObject([
      { ...command, body: new Uint8Array(command.body!), redelivered: true, bodyHash: expect.any(String) },
    ]);
    expect((await api.call('GET', `/parked-commands/${parkedId}`)).status).toBe(404);
  });

  it('are gone once their entity refuses them for good', async () => {
    const api = await setUp({ answer: { ok: false, code: 'device.retired', message: 'it was retired' } });
    const parkedId = await park(api);
    expect(await api.call('POST', `/parked-commands/${parkedId}/retries`)).toMatchObject({
      status: 200,
      body: { outcome: 'refused', code: 'device.retired', message: 'it was retired' },
    });
    expect((await api.call('GET', '/parked-commands')).body).toEqual({ items: [] });
  });

  it('stay and are counted when they fail again', async () => {
    const api = await setUp({ answer: { ok: false, code: 'defect', message: 'a bug' } });
    const parkedId = await park(api);
    const retried = await api.call('POST', `/parked-commands/${parkedId}/retries`);
    expect(retried).toMatchObject({ status: 200, body: { outcome: 'failed', tries: 6, message: 'a bug' } });
    expect((await api.call('GET', `/parked-commands/${parkedId}`)).body).toMatchObject({ tries: 6 });
  });

  it('stay as they are when the service is too busy to try', async () => {
    const api = await setUp({ answer: { ok: false, code: 'overload.queue-full', message: 'full', retryAfterMs: 2_000 } });
    const parkedId = await park(api);
    expect(await api.call('POST', `/parked-commands/${parkedId}/retries`)).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    expect((await api.call('GET', `/parked-commands/${parkedId}`)).body).toMatchObject({ tries: 5 });
  });

  it('are dropped, and it is written down who did and why', async () => {
    const api = await setUp();
    const parkedId = await park(api);
    expect((await api.call('DELETE', `/parked-commands/${parkedId}?reason=sent%20by%20a%20test`)).status).toBe(204);
    expect((await api.call('DELETE', `/parked-commands/${parkedId}`)).status).toBe(404);
    expect(api.logged).toContainEqual({
      message: 'a parked command was dropped',
      members: expect.objectContaining({ parkedId: 'device-a1.d1/c1', by: 'a1', with: 'k-a1', reason: 'sent by a test' }) as object,
    });
  });
});

it('shows the shards and queues of who is heard of', async () => {
  const { call, liveBus } = await setUp();
  const process = 'ingestor@here-1';
  const shard = { process, worker: 0, alive: true, entities: 3, waiting: 2, commandsPerSecond: 1.5, restarts: 0 };
  const data = { process, shards: [shard], queue: { process, commands: 2, bytes: 90, partitions: [1, 5] } };
  liveBus.publish([{ room: PROGRESS_ROOM, event: 'ingestor.figures', data }]);
  expect((await call('GET', '/shards')).body).toEqual({ items: [shard] });
  expect((await call('GET', '/queues')).body).toEqual({ items: [data.queue] });
});
