import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Answer, createClient, eventually, openAccount } from '../support/client.js';
import { type RunningPlatform, startPlatform } from '../support/platform.js';
import { mountSmallDisk } from '../support/small-disk.js';

const BATCH = 2_000;
const SCHEMA = { fields: { value: { type: 'number' }, note: { type: 'string' } } };

const disk = mountSmallDisk(20);
let platform: RunningPlatform;
afterAll(async () => {
  await platform?.remove();
  disk?.remove();
});

const batchFrom = (first: number) =>
  Array.from({ length: BATCH }, (_, at) => ({
    seq: first + at,
    time: 1_700_000_000_000 + first + at,
    value: first + at,
    note: `${first + at}`.repeat(4),
  }));

describe.skipIf(!disk)('a disk that is full (needs root, to mount a small one)', { timeout: 120_000 }, () => {
  it('refuses what it cannot store, loses nothing, and goes on once there is room', async () => {
    const dataDir = join(disk!.dir, 'data');
    platform = await startPlatform({ dataDir });
    const user = await openAccount(platform.url);
    let client = createClient(platform.url, user.key);
    await client.call('POST', '/devices', { deviceId: 'd', name: 'd', schema: SCHEMA });
    const send = (first: number): Promise<Answer> => client.call('POST', '/devices/d/readings', batchFrom(first));

    let acknowledged = 0;
    let answer = await send(0);
    for (; answer.status === 200; answer = await send(acknowledged)) acknowledged += BATCH;
    expect(acknowledged).toBeGreaterThan(0);
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ code: 'overload.disk-full' });
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect((await client.call('GET', '/devices/d/latest')).status).toBe(200);

    await platform.kill();
    platform = await startPlatform({ dataDir });
    client = createClient(platform.url, user.key);
    expect((await client.call('GET', '/devices/d')).status).toBe(200);

    disk!.grow(200);
    await eventually(
      () => send(acknowledged),
      ({ status }) => status === 200,
    );
    acknowledged += BATCH;
    const ledger = await eventually(
      () => client.call<{ stored: number }>('GET', '/devices/d/ledger'),
      ({ body }) => body.stored >= acknowledged,
    );
    expect(ledger.body).toMatchObject({ stored: acknowledged, missing: { count: 0 }, rejected: 0 });
    const series = await eventually(
      () => client.call<{ of: number }>('GET', '/devices/d/series?fields=value&every=1y&fn=count'),
      ({ body }) => body.of >= acknowledged,
    );
    expect(series.body.of).toBe(acknowledged);
    expect(await platform.stop()).toBe(0);
  });
});
