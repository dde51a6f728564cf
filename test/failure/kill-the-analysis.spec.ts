/** Analyses under way when their process is killed: they are begun again, the user is told, and the numbers are the same. */
import { existsSync } from 'node:fs';
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import type { AnalysisProgressedMessage, AnalysisView } from '#contracts';
import { startCluster } from '../support/cluster.js';
import { type Client, eventually, openAccount } from '../support/client.js';
import { startPlatform } from '../support/platform.js';
import { serversAreHere } from '../support/servers-are-here.js';

const BEGIN = Date.UTC(2026, 4, 1);
const waves = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ time: BEGIN + (from + i) * 60_000, temperature: Math.sin((from + i) / 10) }));
/** Some seconds. */
const LONG = { operation: 'decompose', deviceId: 'd1', fields: ['temperature'], params: { season: 24, robust: true, trendWindow: 2_001 } };
const STANDING = { operation: 'moving-average', deviceId: 'd1', fields: ['temperature'], params: { count: 5 }, standing: true };

const clean: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step();
});

async function prepared(url: string): Promise<Client> {
  const user = await openAccount(url);
  const schema = { fields: { temperature: { type: 'number' } } };
  await user.call('POST', '/devices', { deviceId: 'd1', name: 'd', schema });
  expect((await user.call('POST', '/devices/d1/readings', waves(6_000))).status).toBe(200);
  return user;
}

const ask = async (user: Client, body: object): Promise<string> =>
  (await user.call<AnalysisView>('POST', '/analyses', body)).body.analysisId;
const get = async (user: Client, id: string): Promise<AnalysisView> => (await user.call<AnalysisView>('GET', `/analyses/${id}`)).body;
const rowsOf = (view: AnalysisView): number => view.result?.series[0]?.time.length ?? 0;
const until = (user: Client, id: string, check: (view: AnalysisView) => boolean): Promise<AnalysisView> =>
  eventually(() => get(user, id), check, 60_000);

async function listening(user: Client): Promise<AnalysisProgressedMessage[]> {
  const heard: AnalysisProgressedMessage[] = [];
  const socket: Socket = io(user.url, { auth: { token: user.key }, transports: ['websocket'] });
  clean.push(async () => socket.disconnect());
  socket.on('analysis.progressed', (message: AnalysisProgressedMessage) => heard.push(message));
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return heard;
}

async function survives(before: Client, kill: () => Promise<Client>): Promise<void> {
  const [long, standing] = [await ask(before, LONG), await ask(before, STANDING)];
  await until(before, standing, (view) => rowsOf(view) === 6_000);
  await until(before, long, ({ phase }) => phase === 'computing');
  const user = await kill();
  const heard = await listening(user);
  await user.call('POST', '/devices/d1/readings', waves(100, 6_000));
  const [whole] = await Promise.all([
    until(user, long, ({ status }) => status === 'completed'),
    until(user, standing, (view) => rowsOf(view) === 6_100),
  ]);
  expect(whole.restarts).toBeGreaterThanOrEqual(1);
  expect(heard.find(({ analysisId }) => analysisId === long)).toMatchObject({ restarted: true });
  const other = await until(user, await ask(user, { ...LONG, to: BEGIN + 6_000 * 60_000 }), ({ status }) => status === 'completed');
  expect(other.lineage.digest).toBe(whole.lineage.digest);
  const once = await ask(user, { ...STANDING, standing: false });
  const expected = await until(user, once, ({ status }) => status === 'completed');
  expect((await get(user, standing)).result!.series).toEqual(expected.result!.series);
}

describe('analyses whose process is killed', () => {
  it('are begun again after the next start of the embedded platform', async () => {
    const first = await startPlatform();
    clean.push(() => first.remove());
    const user = await prepared(first.url);
    await survives(user, async () => {
      await first.kill();
      const second = await startPlatform({ dataDir: first.dataDir, port: Number(new URL(first.url).port) });
      clean.push(() => second.stop());
      return user;
    });
  }, 120_000);

  it.skipIf(!serversAreHere(existsSync))(
    'are taken over by another process of the cluster',
    async () => {
      const cluster = await startCluster({ api: 1, ingestor: 1, projector: 1, analytics: 1 });
      clean.push(() => cluster.remove());
      const user = await prepared(cluster.url);
      await survives(user, async () => {
        const [one] = cluster.of('analytics');
        await cluster.add('analytics');
        await one!.kill();
        return user;
      });
    },
    180_000,
  );
});
