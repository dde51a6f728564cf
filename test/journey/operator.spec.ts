/** What an operator sees and does, on the real platform: by the API, the sockets and the command line. */
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  DeviceDigestView,
  ListView,
  ProjectionProgressedMessage,
  ProjectionView,
  QueueView,
  RebuildView,
  ShardView,
} from '#contracts';
import { type Client, eventually, openAccount } from '../support/client.js';
import { type JourneyPlatform, startJourneyPlatform } from '../support/platform.js';
import { thingsio } from '../support/thingsio.js';

const SCHEMA = { fields: { temperature: { type: 'number', max: 60 } } };
const NAMES = ['accounts', 'alert-rules', 'alerts', 'analyses', 'devices', 'latest-values', 'ledger', 'models', 'rejections', 'series'];
const ENDED = ['completed', 'cancelled', 'failed'];
/** Generous: building is quick, a loaded machine is not. */
const REBUILT_WITHIN_MS = 60_000;
const COMMANDS_WITHIN_MS = 120_000;

let platform: JourneyPlatform;
let user: Awaited<ReturnType<typeof openAccount>>;
let operator: Client;
const sockets: Socket[] = [];

beforeAll(async () => {
  platform = await startJourneyPlatform();
  user = await openAccount(platform.url);
  operator = user.as(await keyOf(user, ['read', 'operate']));
  for (const deviceId of ['d1', 'd2']) {
    expect((await user.call('POST', '/devices', { deviceId, name: deviceId, schema: SCHEMA })).status).toBe(201);
    const readings = Array.from({ length: 300 }, (_, at) => ({ temperature: at % 70, seq: at, time: 1_770_000_000_000 + at * 1_000 }));
    expect((await user.call('POST', `/devices/${deviceId}/readings?ack=projected`, readings)).status).toBe(200);
  }
});
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await platform?.remove();
});

async function keyOf(account: Client, scopes: string[]): Promise<string> {
  const { body } = await account.call<{ apiKey: string }>('POST', '/api-keys', { name: 'operator', scopes });
  return body.apiKey;
}

const projection = async (name: string): Promise<ProjectionView> =>
  (await operator.call<ProjectionView>('GET', `/projections/${name}`)).body;

async function ended(path: string): Promise<RebuildView> {
  const read = async () => (await operator.call<RebuildView>('GET', path)).body;
  return eventually(read, ({ state }) => ENDED.includes(state), REBUILT_WITHIN_MS);
}

async function start(name: string, kind: 'rebuilds' | 'verifications'): Promise<{ path: string; rebuild: RebuildView }> {
  const { status, headers, body } = await operator.call<RebuildView>('POST', `/projections/${name}/${kind}`);
  expect(status, JSON.stringify(body)).toBe(202);
  return { path: headers.get('location')!, rebuild: body };
}

const digests = async (): Promise<DeviceDigestView> => {
  const { position: _, ...digest } = (await user.call<DeviceDigestView>('GET', '/devices/d1/digest')).body;
  return digest as DeviceDigestView;
};

describe('an operator', () => {
  it('sees how far each projection is, and who works on it', async () => {
    const read = async () => (await operator.call<ListView<ProjectionView>>('GET', '/projections')).body.items;
    const items = await eventually(read, (found) => found.length === NAMES.length && found.every(({ trouble }) => trouble === undefined));
    expect(items.map(({ name }) => name).sort()).toEqual(NAMES);
    for (const { parts, generations, generation } of items) {
      expect(parts.length).toBeGreaterThan(0);
      for (const part of parts) expect(part.owner).toEqual(expect.any(String));
      expect(generations).toContainEqual(expect.objectContaining({ generation, state: 'live' }));
    }
    await eventually(read, (found) => found.every(({ lagEvents }) => lagEvents === 0));
  });

  it('sees the shards and queues of what takes commands', async () => {
    const shards = async () => (await operator.call<ListView<ShardView>>('GET', '/shards')).body.items;
    const found = await eventually(shards, (items) => items.some(({ entities }) => entities >= 2));
    expect(found.every(({ alive, process }) => alive && /^ingestor@/.test(process))).toBe(true);
    const queues = (await operator.call<ListView<QueueView>>('GET', '/queues')).body.items;
    expect(new Set(queues.map(({ process }) => process))).toEqual(new Set(found.map(({ process }) => process)));
  });

  it('is refused without the scope', async () => {
    for (const path of ['/projections', '/projections/ledger', '/shards', '/queues', '/parked-commands'])
      expect(await user.call('GET', path), path).toMatchObject({ status: 403, body: { code: 'auth.missing-scope', scope: 'operate' } });
  });
});

describe('a rebuild', () => {
  it.each(['ledger', 'series', 'latest-values'])(
    'of %s shows the same from a new generation, and keeps the old one until it is dropped',
    async (name) => {
      const before = { digests: await digests(), generation: (await projection(name)).generation };
      const { path, rebuild } = await start(name, 'rebuilds');
      expect(await ended(path)).toMatchObject({ state: 'completed', progress: 1, generation: rebuild.generation });
      const after = await eventually(
        () => projection(name),
        ({ generation }) => generation === rebuild.generation,
      );
      expect(after.generations).toContainEqual(expect.objectContaining({ generation: before.generation, state: 'old' }));
      expect(await digests()).toEqual(before.digests);
      expect((await user.call('POST', '/devices/d2/readings?ack=projected', { temperature: 1 })).status).toBe(200);
      const live = `/projections/${name}/generations/${rebuild.generation}`;
      expect(await operator.call('DELETE', live)).toMatchObject({ status: 409, body: { code: 'generation.in-use' } });
      expect((await operator.call('DELETE', `/projections/${name}/generations/${before.generation}`)).status).toBe(202);
      await eventually(
        () => projection(name),
        ({ generations }) => generations.length === 1,
      );
      expect(await digests()).toEqual(before.digests);
      expect(platform.output()).not.toContain('built again');
    },
  );

  it('is told over the sockets of who may operate, and of nobody else', async () => {
    const heard = { operator: [] as ProjectionProgressedMessage[], user: [] as ProjectionProgressedMessage[] };
    for (const [who, { key }] of [
      ['operator', operator],
      ['user', user],
    ] as const) {
      const socket = io(platform.url, { auth: { token: key }, transports: ['websocket'], reconnection: false, forceNew: true });
      sockets.push(socket);
      socket.on('projection.progressed', (message: ProjectionProgressedMessage) => heard[who].push(message));
      await new Promise<void>((resolve) => socket.on('connect', resolve));
    }
    const { rebuild } = await start('ledger', 'rebuilds');
    const isEnd = ({ rebuild: it }: ProjectionProgressedMessage) => it?.rebuildId === rebuild.rebuildId && it.state === 'completed';
    const told = await eventually(
      async () => heard.operator.filter(isEnd),
      (found) => found.length > 0,
      REBUILT_WITHIN_MS,
    );
    expect(told[0]).toMatchObject({ name: 'ledger', rebuild: { progress: 1, generation: rebuild.generation } });
    expect(heard.user).toEqual([]);
  });
});

describe('a verification', () => {
  it('finds that what is shown is what the log says, and leaves nothing behind', async () => {
    const { path } = await start('ledger', 'verifications');
    const { state, outcome } = await ended(path);
    expect({ state, outcome }).toMatchObject({
      state: 'completed',
      outcome: { equal: true, live: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    });
    expect(outcome!.rebuilt).toBe(outcome!.live);
    const { digest, generations } = await projection('ledger');
    expect(digest).toBe(outcome!.live);
    expect(generations.every(({ state: it }) => it !== 'building')).toBe(true);
  });
});

describe('the command line', () => {
  const run = (...words: string[]) => thingsio([...words, '--url', platform.url, '--key', operator.key!]);

  it('rebuilds, shows the generations, drops the old ones and verifies', { timeout: COMMANDS_WITHIN_MS }, async () => {
    const replay = await run('replay', 'rejections');
    expect(replay).toMatchObject({ code: 0, stdout: expect.stringMatching(/✓ Generation \d+ of rejections is live/) as string });
    const [, old] = /--drop (\d+)/.exec(replay.stdout)!;
    expect((await run('replay', 'rejections', '--status')).stdout).toMatch(new RegExp(`^${old} +old`, 'm'));
    expect(await run('replay', 'rejections', '--drop', old!)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is gone') as string,
    });
    expect(await run('verify', 'projection', 'rejections')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('✓ rejections shows what the log says') as string,
    });
    expect((await run('projections')).stdout).toMatch(/^rejections +\d+ +\d+/m);
    expect((await run('parked')).stdout).toContain('No command is parked.');
  });

  it('compares the devices of two servers, down to the first reading that differs', { timeout: COMMANDS_WITHIN_MS }, async () => {
    const other = await openAccount(platform.url);
    const send = async (seq: number, temperature: number) =>
      other.call('POST', '/devices/d1/readings?ack=projected', { temperature, seq, time: 1_770_000_000_000 + seq * 1_000 });
    for (const deviceId of ['d1', 'd2']) await other.call('POST', '/devices', { deviceId, name: deviceId, schema: SCHEMA });
    const mine = await openAccount(platform.url);
    for (const deviceId of ['d1', 'd2']) await mine.call('POST', '/devices', { deviceId, name: deviceId, schema: SCHEMA });
    for (const account of [mine, other])
      await account.call('POST', '/devices/d1/readings?ack=projected', { temperature: 20, seq: 0, time: 1_770_000_000_000 });
    const compare = () =>
      thingsio(['verify', 'devices', '--url', platform.url, '--key', mine.key!, '--against', platform.url, '--against-key', other.key!]);
    expect(await compare()).toMatchObject({ code: 0, stdout: '✓ 2 devices equal on both servers.\n' });
    expect((await send(1, 21)).status).toBe(200);
    const { code, stdout } = await compare();
    expect(code).toBe(1);
    expect(stdout).toContain('is in its series, at 2026-02-02T02:40:01.000Z:');
    expect(stdout).toContain('here   (not there)');
  });
});
