import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryEventLog } from '#adapters/memory';
import { openInProcessHost, type ActorHost } from '#actors';
import { accountStream, deviceStream, requestStream, type CommandAnswer, type CommandEnvelope, type DeviceSchema } from '#contracts';
import type { EventLog } from '#ports';
import { ingestorBehaviours } from './behaviours.js';

const NOW = 1_770_000_000_000;
const schema: DeviceSchema = { fields: { temperature: { type: 'number', max: 60 }, position: { type: 'location' } } };
const stream = deviceStream('a1', 'd1');

describe('the ingestor’s entities', () => {
  let log: EventLog;
  let host: ActorHost;
  let commands = 0;
  const open = (): ActorHost =>
    openInProcessHost({
      behaviours: ingestorBehaviours({ readingsPerRequestMax: 100, fieldsPerSchemaMax: 10 }),
      log,
      parkingLot: { park: () => Promise.reject(new Error('nothing is parked here')) },
    });
  const tell = (envelope: Partial<CommandEnvelope>): Promise<CommandAnswer> => {
    const commandId = `c${commands++}`;
    return host.dispatch([
      { accountId: 'a1', stream, commandId, correlationId: commandId, receivedAt: NOW, ...envelope } as CommandEnvelope,
    ])[0]!;
  };
  const register = () => tell({ type: 'RegisterDevice', data: { accountId: 'a1', deviceId: 'd1', name: 'D', tags: {}, schema } });
  const post = (body: string, more: Partial<CommandEnvelope> = {}, format: 'json' | 'csv' | 'senml' | 'ndjson' = 'json') =>
    tell({ type: 'ReceiveReadings', data: { deviceId: 'd1', format }, body: Buffer.from(body), ...more });

  beforeEach(() => {
    log = createMemoryEventLog();
    host = open();
  });

  it('registers a device once', async () => {
    expect(await register()).toMatchObject({ ok: true, value: { deviceId: 'd1', schemaVersion: 1 } });
    expect(await register()).toMatchObject({ ok: false, code: 'device.id-taken' });
    expect(await post('{"temperature":1}', { stream: deviceStream('a1', 'other') })).toMatchObject({ ok: false, code: 'device.unknown' });
  });

  it('takes readings, with a verdict on each that does not fit', async () => {
    await register();
    const answer = await post('[{"temperature":21.5,"seq":1},{"temperature":99,"seq":2},{"temperature":1,"seq":1}]');
    expect(answer).toMatchObject({
      ok: true,
      value: { deviceId: 'd1', accepted: 1, duplicates: 1, rejected: [{ index: 1, field: 'temperature', code: 'reading.above-max' }] },
    });
    expect(answer.ok && answer.value['position']).toBe(String(answer.ok && answer.position));
    const [received, rejected, discarded] = await log.readStream(stream, answer.ok ? answer.revision - 2 : 0, 10);
    expect(received).toMatchObject({ type: 'ReadingsReceived', data: { time: [NOW], seq: [1], fields: { temperature: [21.5] } } });
    expect(rejected).toMatchObject({ type: 'ReadingsRejected', data: { readings: [{ reading: { temperature: 99, seq: 2 } }] } });
    expect(discarded).toMatchObject({ type: 'DuplicatesDiscarded', data: { count: 1 } });
  });

  it.each([
    ['csv', 'time,temperature,position.lat,position.lon\n2026-05-01T12:00:00Z,20,48,11\n2026-05-01T12:00:01Z,,48.5,11.5\n', 2],
    ['ndjson', '{"temperature":1}\n{"temperature":2}\n', 2],
    [
      'senml',
      '[{"bt":1770000000,"n":"temperature","v":1},{"n":"temperature","t":1,"v":2},{"n":"position.lat","v":48},{"n":"position.lon","v":11}]',
      2,
    ],
  ] as const)('reads %s', async (format, body, accepted) => {
    await register();
    expect(await post(body, {}, format)).toMatchObject({ ok: true, value: { accepted, rejected: [] } });
  });

  it.each([
    ['{"temperature":', 'request.bad-json'],
    ['[]', 'readings.empty'],
    ['"x"', 'readings.not-readings'],
    [`[${'{"temperature":1},'.repeat(100)}{"temperature":1}]`, 'request.too-many-readings'],
    [`{"temperature":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`, 'request.too-deep'],
  ])('refuses %.20s, and stays well', async (body, code) => {
    await register();
    const head = await log.head();
    expect(await post(body)).toMatchObject({ ok: false, code });
    expect(await log.head()).toBe(head);
    expect(await post('{"temperature":1}')).toMatchObject({ ok: true });
  });

  it('gives the first answer again to a retry, after a restart too', async () => {
    await register();
    const retry = () => post('[{"temperature":1},{"temperature":99}]', { commandId: 'again', bodyHash: 'h' });
    const first = await retry();
    await post('{"temperature":2}');
    await host.close();
    host = open();
    const second = await retry();
    expect(second).toEqual({ ...first, repeated: true });
    expect(await post('{"temperature":3}', { commandId: 'again', bodyHash: 'other' })).toMatchObject({
      ok: false,
      code: 'idempotency.key-reused',
    });
  });

  it('opens accounts, and claims requests once', async () => {
    const account = accountStream('a1');
    expect(
      await tell({ stream: account, type: 'OpenAccount', data: { accountId: 'a1', email: 'a@example.org', passwordHash: 'p' } }),
    ).toMatchObject({ ok: true });
    const claim = () => tell({ stream: requestStream('a1', 'k'), type: 'ClaimRequest', data: { bodyHash: 'b' } });
    expect(await claim()).toMatchObject({ ok: true, value: { first: true } });
    expect(await claim()).toMatchObject({ ok: true, value: { first: false } });
  });
});
