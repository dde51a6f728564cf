/** An alert rule from its making to what it sends: on the whole platform, with a receiver for its webhook. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../support/client.js';
import { type JourneyPlatform, startJourneyPlatform } from '../support/platform.js';

const SCHEMA = { fields: { temperature: { type: 'number' }, position: { type: 'location' } } };
const T0 = Date.UTC(2026, 4, 1, 12);
const MINUTE = 60_000;
const soon = { timeout: 20_000, interval: 50 };

interface Received {
  body: { event: string; deliveryId: string; alert: Record<string, unknown> };
  text: string;
  signature: string;
}
interface Rule {
  ruleId: string;
  ruleVersion: number;
  firing: number;
  rule: { notify: { secret: string }[] };
  silence?: { reason: string };
}
interface Version {
  rule: Rule['rule'];
  definedAt: string;
  endedAt?: string;
}
interface List<T> {
  items: T[];
}
interface Firing {
  raisedAt: number;
  clearedAt?: number;
}
interface Backtest {
  firings: Firing[];
  fired: Firing[];
  compared?: { count: number };
  readings: number;
}

let platform: JourneyPlatform;
let user: Awaited<ReturnType<typeof openAccount>>;
let receiver: Server;
let hook: string;
const received: Received[] = [];
let refusals = 0;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      if (refusals > 0) {
        refusals--;
        response.writeHead(503).end();
        return;
      }
      received.push({ body: JSON.parse(text) as Received['body'], text, signature: String(request.headers['x-thingsio-signature']) });
      response.writeHead(204).end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/alerts`;
  platform = await startJourneyPlatform({ env: { THINGSIO_WEBHOOKS_PRIVATE: 'allow' } });
  user = await openAccount(platform.url);
});
afterAll(async () => {
  await platform.remove();
  receiver.close();
});

let devices = 0;
async function newDevice(tags: Record<string, string> = {}): Promise<string> {
  const deviceId = `greenhouse-${devices++}`;
  expect((await user.call('POST', '/devices', { deviceId, name: deviceId, schema: SCHEMA, tags })).status).toBe(201);
  return deviceId;
}
async function post(deviceId: string, from: number, temperatures: number[]): Promise<void> {
  const readings = temperatures.map((temperature, i) => ({ time: T0 + (from + i) * MINUTE, temperature }));
  expect((await user.call('POST', `/devices/${deviceId}/readings?ack=projected`, readings)).status).toBe(200);
}
async function newRule(rule: object): Promise<Rule> {
  const answer = await user.call<Rule>('POST', '/alert-rules', {
    name: 'Too hot',
    severity: 'critical',
    condition: { type: 'threshold', field: 'temperature', op: '>', value: 30, clear: 28 },
    ...rule,
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
const alertsOf = async (ruleId: string, query = '') =>
  (await user.call<List<Record<string, unknown>>>('GET', `/alerts?ruleId=${ruleId}${query}`)).body.items;
const states = async (ruleId: string) => (await alertsOf(ruleId)).map(({ state }) => state);

describe('an alert rule', () => {
  let deviceId: string;
  let rule: Rule;
  let socket: Socket;
  const heard: [string, Record<string, unknown>][] = [];
  beforeAll(async () => {
    deviceId = await newDevice();
    socket = io(platform.url, { auth: { token: user.key }, transports: ['websocket'] });
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
    for (const event of ['alert.raised', 'alert.cleared', 'alert.changed']) {
      socket.on(event, (message: Record<string, unknown>) => heard.push([event, message]));
    }
    rule = await newRule({ devices: { deviceIds: [deviceId] }, for: '2m', notify: [{ type: 'webhook', url: hook }] });
  });
  afterAll(() => void socket?.close());

  it('is shown without its secret, but for the first time', async () => {
    expect(rule).toMatchObject({ ruleVersion: 1, firing: 0 });
    const { secret } = rule.rule.notify[0]!;
    expect(secret).toMatch(/^whsec_/);
    const again = await user.call<Rule>('GET', `/alert-rules/${rule.ruleId}`);
    expect(again.body.rule.notify[0]!.secret).toBe(`••••${secret.slice(-4)}`);
    expect(again.headers.get('etag')).toBe('"1"');
  });

  it('fires by what arrives: in the list, over the socket and to the webhook, which is tried again', async () => {
    refusals = 1;
    await post(deviceId, 0, [20, 31, 32, 33, 34]);
    await expect.poll(() => states(rule.ruleId), soon).toEqual(['firing']);
    const [alert] = await alertsOf(rule.ruleId, '&state=firing&severity=critical');
    expect(alert).toMatchObject({
      deviceId,
      name: 'Too hot',
      since: '2026-05-01T12:01:00.000Z',
      raisedAt: '2026-05-01T12:03:00.000Z',
      cause: 'temperature = 33 (> 30)',
      value: 33,
    });
    await expect.poll(() => received.length, soon).toBe(1);
    const { body, text, signature } = received[0]!;
    expect(body).toMatchObject({ event: 'alert.raised', alert: { alertId: alert!['alertId'], deviceId, state: 'firing' } });
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature)!;
    expect(v1).toBe(createHmac('sha256', rule.rule.notify[0]!.secret).update(`${t}.${text}`).digest('hex'));
    const deliveries = await user.call<List<object>>('GET', `/alert-rules/${rule.ruleId}/deliveries`);
    expect(deliveries.body.items).toMatchObject([{ kind: 'raised', state: 'delivered', attempts: 2, status: 204 }]);
    await expect
      .poll(() => heard.filter(([event]) => event === 'alert.raised'), soon)
      .toMatchObject([['alert.raised', { alert: { alertId: alert!['alertId'] } }]]);
  });

  it('is acknowledged with a note', async () => {
    const [alert] = await alertsOf(rule.ruleId);
    const answer = await user.call('POST', `/alerts/${String(alert!['alertId'])}/acknowledgements`, { note: 'The vents are open.' });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    expect(answer.body).toMatchObject({ acknowledgement: { note: 'The vents are open.' } });
  });

  it('is cleared, and what comes late changes nothing', async () => {
    await post(deviceId, 5, [29, 27]);
    await expect.poll(() => states(rule.ruleId), soon).toEqual(['cleared']);
    await post(deviceId, 1, [99]);
    expect((await alertsOf(rule.ruleId))[0]).toMatchObject({ clearedAt: '2026-05-01T12:06:00.000Z', clearReason: 'recovered' });
    await expect.poll(() => received.map(({ body }) => body.event), soon).toEqual(['alert.raised', 'alert.cleared']);
    await expect.poll(() => heard.some(([event]) => event === 'alert.cleared'), soon).toBe(true);
  });

  it('is silenced with a reason: it fires, and nobody is notified', async () => {
    const until = new Date(Date.now() + 600_000).toISOString();
    const answer = await user.call<Rule>('POST', `/alert-rules/${rule.ruleId}/silences`, { until, reason: 'Repairs' });
    expect(answer.status).toBe(201);
    expect(answer.body.silence).toMatchObject({ reason: 'Repairs' });
    await post(deviceId, 10, [40, 41, 42, 20]);
    await expect.poll(() => states(rule.ruleId), soon).toEqual(['cleared', 'cleared']);
    const kept = async () => (await user.call<List<{ state: string }>>('GET', `/alert-rules/${rule.ruleId}/deliveries`)).body.items;
    await expect
      .poll(async () => (await kept()).map(({ state }) => state).sort(), soon)
      .toEqual(['delivered', 'delivered', 'skipped', 'skipped']);
    expect(received).toHaveLength(2);
  });

  it('tested on the past as it ran gives the alerts that fired, event for event', async () => {
    const { body, status } = await user.call<Backtest>('POST', `/alert-rules/${rule.ruleId}/backtests`, { as: 'it-ran' });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.fired).toHaveLength(2);
    expect(body.firings).toEqual(body.fired);
  });

  it('tested over a range is compared with another version', async () => {
    const other = { name: 'x', severity: 'info', condition: { type: 'threshold', field: 'temperature', op: '>', value: 35 } };
    const range = { from: T0, to: T0 + 10 * MINUTE };
    const { body, status } = await user.call<Backtest>('POST', `/alert-rules/${rule.ruleId}/backtests`, { ...range, rule: other });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({ firings: [{ raisedAt: T0 + 3 * MINUTE, clearedAt: T0 + 6 * MINUTE }], compared: { count: 0 } });
    const draft = await user.call<Backtest>('POST', '/alert-rules/backtests', { rule: { ...other, devices: { deviceIds: [deviceId] } } });
    expect(draft.body).toMatchObject({ firings: [{ raisedAt: T0 + 10 * MINUTE, clearedAt: T0 + 13 * MINUTE }] });
  });

  it('is edited by If-Match, which ends what fires, and retired', async () => {
    await post(deviceId, 20, [50, 50, 50]);
    await expect.poll(() => states(rule.ruleId), soon).toEqual(['firing', 'cleared', 'cleared']);
    const path = `/alert-rules/${rule.ruleId}`;
    expect((await user.call('PATCH', path, { for: null }, { 'if-match': '"7"' })).status).toBe(412);
    const edited = await user.call<Rule>('PATCH', path, { for: null }, { 'if-match': '"1"' });
    expect(edited.body).toMatchObject({ ruleVersion: 2, firing: 0 });
    await expect
      .poll(async () => (await alertsOf(rule.ruleId))[0], soon)
      .toMatchObject({ state: 'cleared', clearReason: 'rule-changed', ruleVersion: 1 });
    expect((await user.call('DELETE', path)).status).toBe(204);
    expect((await user.call('GET', path)).status).toBe(404);
  });

  it('can be read as it was in each version, and whom it told, once it is retired', async () => {
    const path = `/alert-rules/${rule.ruleId}`;
    const [first, second] = [await user.call<Version>('GET', `${path}/versions/1`), await user.call<Version>('GET', `${path}/versions/2`)];
    expect(first.body).toMatchObject({ ruleId: rule.ruleId, ruleVersion: 1, rule: { name: 'Too hot', for: '2m' } });
    expect(first.body.rule.notify).toEqual([{ type: 'webhook', url: hook, secret: expect.stringMatching(/^••••.{4}$/) as string }]);
    expect(second.body.rule).not.toHaveProperty('for');
    expect(second.body.definedAt).toBe(first.body.endedAt);
    expect(second.body.endedAt).toBeDefined();
    for (const none of ['3', '0', 'x']) expect((await user.call('GET', `${path}/versions/${none}`)).status).toBe(404);
    const deliveries = await user.call<List<{ kind: string }>>('GET', `${path}/deliveries`);
    expect(deliveries.body.items.map(({ kind }) => kind)).toContain('raised');
  });
});

describe('alert rules', () => {
  it('say all that is wrong with them', async () => {
    const answer = await user.call('POST', '/alert-rules', {
      name: '',
      severity: 'loud',
      condition: { type: 'all', of: [{ type: 'rate' }] },
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'alert-rule.invalid' });
    const paths = (answer.body as { errors: { path: string }[] }).errors.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['name', 'severity', 'condition.of.0.op']));
  });

  it('notice silence, by the clock of arrival', async () => {
    const deviceId = await newDevice({ silent: 'yes' });
    await post(deviceId, 0, [20]);
    const { ruleId } = await newRule({ devices: { tags: { silent: 'yes' } }, condition: { type: 'no-data', within: '1s' } });
    await expect.poll(() => states(ruleId), soon).toEqual(['firing']);
    await post(deviceId, 1, [20]);
    await expect.poll(async () => (await states(ruleId)).includes('cleared'), soon).toBe(true);
  });

  it('belong to their account alone', async () => {
    const { ruleId } = await newRule({});
    const stranger = await openAccount(platform.url);
    expect((await stranger.call('GET', `/alert-rules/${ruleId}`)).status).toBe(404);
    expect((await stranger.call('GET', `/alert-rules/${ruleId}/versions/1`)).status).toBe(404);
    expect((await stranger.call('GET', `/alert-rules/${ruleId}/deliveries`)).status).toBe(404);
    expect((await stranger.call('PATCH', `/alert-rules/${ruleId}`, { name: 'Mine' })).status).toBe(404);
    expect((await stranger.call('POST', `/alert-rules/${ruleId}/backtests`, {})).status).toBe(404);
    expect((await stranger.call<List<object>>('GET', '/alert-rules')).body.items).toEqual([]);
    expect((await stranger.call<List<object>>('GET', '/alerts')).body.items).toEqual([]);
    const [alert] = (await user.call<List<{ alertId: string }>>('GET', '/alerts')).body.items;
    expect((await stranger.call('GET', `/alerts/${alert!.alertId}`)).status).toBe(404);
    expect((await stranger.call('POST', `/alerts/${alert!.alertId}/acknowledgements`, {})).status).toBe(404);
  });
});
