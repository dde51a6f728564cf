/** Alerts while whoever evaluates them is killed: each is raised and cleared exactly once, and a back-test gives the same, event for event. */
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { AlertRuleView, AlertView, BacktestView, ListView } from '#contracts';
import { startCluster } from '../support/cluster.js';
import { type Client, eventually, openAccount } from '../support/client.js';
import { startPlatform } from '../support/platform.js';
import { serversAreHere } from '../support/servers-are-here.js';

const BEGIN = Date.UTC(2026, 4, 1);
const MINUTE = 60_000;
const DEVICES = ['d1', 'd2', 'd3', 'd4'];
const PAIRS_A_BATCH = 20;
const BATCHES = 10;

const clean: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step();
});

async function prepared(url: string): Promise<{ user: Client; ruleId: string }> {
  const user = await openAccount(url);
  for (const deviceId of DEVICES) {
    await user.call('POST', '/devices', { deviceId, name: deviceId, schema: { fields: { temperature: { type: 'number' } } } });
  }
  const condition = { type: 'threshold', field: 'temperature', op: '>', value: 30 };
  const { body, status } = await user.call<AlertRuleView>('POST', '/alert-rules', { name: 'Hot', severity: 'warning', condition });
  expect(status).toBe(201);
  return { user, ruleId: body.ruleId };
}

/** One reading of two is hot, and one that came a minute late changes nothing. */
async function sendBatch(user: Client, n: number): Promise<void> {
  await Promise.all(
    DEVICES.map(async (deviceId) => {
      const first = BEGIN + n * PAIRS_A_BATCH * 2 * MINUTE;
      const readings = Array.from({ length: PAIRS_A_BATCH * 2 }, (_, i) => ({
        time: first + i * MINUTE,
        temperature: i % 2 === 0 ? 40 : 20,
      }));
      readings.push({ time: first, temperature: 99 });
      const answer = await user.call('POST', `/devices/${deviceId}/readings`, readings, { 'idempotency-key': `batch-${n}` });
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    }),
  );
}

/** Again, what was answered before is answered the same. */
async function sendAll(user: Client): Promise<void> {
  for (let n = 0; n < BATCHES; n++) await sendBatch(user, n);
}

async function allAlerts(user: Client): Promise<AlertView[]> {
  const alerts: AlertView[] = [];
  for (let cursor = ''; ;) {
    const { body } = await user.call<ListView<AlertView>>('GET', `/alerts?limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    alerts.push(...body.items);
    if (body.next === undefined) return alerts;
    cursor = body.next;
  }
}

async function survives(user: Client, ruleId: string, kill: () => Promise<unknown>): Promise<void> {
  const wanted = BATCHES * PAIRS_A_BATCH * DEVICES.length;
  const sending = sendAll(user).catch(() => undefined);
  await eventually(
    () => allAlerts(user),
    ({ length }) => length > 0,
  );
  await kill();
  await sending;
  await sendAll(user);
  const isDone = (alerts: AlertView[]): boolean => alerts.filter(({ state }) => state === 'cleared').length >= wanted;
  const alerts = await eventually(() => allAlerts(user), isDone, 120_000);
  const raised = alerts.map(({ deviceId, raisedAt, clearedAt }) => `${deviceId} ${raisedAt} ${clearedAt}`);
  const expected = DEVICES.flatMap((deviceId) =>
    Array.from({ length: BATCHES * PAIRS_A_BATCH }, (_, i) => {
      const [from, to] = [0, 1].map((minute) => new Date(BEGIN + (2 * i + minute) * MINUTE).toISOString());
      return `${deviceId} ${from} ${to}`;
    }),
  );
  expect(raised.sort()).toEqual(expected.sort());
  expect(new Set(alerts.map(({ alertId }) => alertId)).size).toBe(expected.length);
  const { body } = await user.call<BacktestView>('POST', `/alert-rules/${ruleId}/backtests`, { as: 'it-ran' });
  expect(body.firings).toHaveLength(expected.length);
  expect(body.firings).toEqual(body.fired);
  expect(body.late).toBe(BATCHES * DEVICES.length);
}

describe('alerts, whose evaluation is killed while they fire', () => {
  it('are each there once after the next start of the embedded platform', async () => {
    const first = await startPlatform();
    clean.push(() => first.remove());
    const { user, ruleId } = await prepared(first.url);
    await survives(user, ruleId, async () => {
      await first.kill();
      const second = await startPlatform({ dataDir: first.dataDir, port: Number(new URL(first.url).port) });
      clean.push(() => second.stop());
    });
  }, 180_000);

  it.skipIf(!serversAreHere(existsSync))(
    'are each there once when all processes of the cluster that evaluate are killed, and another comes',
    async () => {
      const cluster = await startCluster({ api: 1, ingestor: 1, projector: 1, analytics: 2 });
      clean.push(() => cluster.remove());
      const { user, ruleId } = await prepared(cluster.url);
      await survives(user, ruleId, async () => {
        for (const one of cluster.of('analytics')) await one.kill();
        await cluster.add('analytics');
      });
    },
    240_000,
  );
});
