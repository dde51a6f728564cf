import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NotifyTarget } from '#contracts';
import { createAlertPlace, type AlertPlace } from '../../testing/alert-place.js';
import type { DeliveryRow } from './queue-deliveries.js';
import { ATTEMPTS_MAX, delayAfter, OF_ONE_ACCOUNT, Sender, type NotifySettings } from './sender.js';

const NOW = Date.UTC(2026, 4, 1, 12);
const soon = { interval: 2, timeout: 10_000 };

let place: AlertPlace;
let now = NOW;
const clean: (() => Promise<unknown> | void)[] = [];
beforeEach(async () => {
  place = await createAlertPlace();
  now = NOW;
});
afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step();
  await place.remove();
});

function start(more: Partial<NotifySettings> = {}): Sender {
  const settings = { smtpUrl: undefined, from: 'thingsIO <alerts@example.org>', allowPrivate: true, ...more };
  const sender = new Sender(place.views, settings, { now: () => now, logger: { info: () => undefined, warn: () => undefined } });
  clean.push(() => sender.stop());
  sender.look();
  return sender;
}

interface Got {
  path: string;
  text: string;
  headers: IncomingMessage['headers'];
}
async function receiver(answer: (got: Got, response: ServerResponse) => void): Promise<{ url: string; got: Got[] }> {
  const got: Got[] = [];
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const one = { path: request.url ?? '', text, headers: request.headers };
      got.push(one);
      answer(one, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  clean.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, got };
}

async function shown(alertId: string, more: object = {}, silencedUntil: number | null = null): Promise<void> {
  const alert = { account_id: 'a1', alert_id: alertId, rule_id: 'r1', rule_version: 1, device_id: 'd1', state: 'firing' as const };
  const times = { since: NOW, raised_at: NOW, recorded_at: NOW, position: 1, index_in_event: 0, cause: 't = 31 (> 30)', value: 31 };
  const none = { cleared_at: null, clear_reason: null, cleared_position: null, acknowledged_at: null, acknowledged_by: null };
  const rule = { account_id: 'a1', rule_id: 'r1', rule_version: 1, name: 'Hot', severity: 'critical' as const, rule: '{}', position: 1 };
  await place.views.write(async (tx) => {
    await tx
      .insertInto('alerts')
      .values({ ...alert, ...times, ...none, acknowledgement_note: null, ...more })
      .execute();
    await tx
      .insertInto('alert_rules')
      .values({ ...rule, created_at: 0, changed_at: 0, retired_at: null, silenced_until: silencedUntil, silence_reason: null })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}

async function queue(deliveryId: string, target: NotifyTarget, more: Partial<DeliveryRow> = {}): Promise<void> {
  const row: DeliveryRow = {
    delivery_id: deliveryId,
    part: 0,
    account_id: 'a1',
    rule_id: 'r1',
    alert_id: 'alert-1',
    kind: 'raised',
    target: JSON.stringify(target),
    body: '',
    repeat_every: null,
    state: 'queued',
    attempts: 0,
    created_at: NOW,
    next_attempt_at: NOW,
    delivered_at: null,
    status: null,
    error: null,
    ...more,
  };
  await place.views.write((tx) => tx.insertInto('alert_deliveries').values(row).execute());
}

const rowOf = (id: string) =>
  place.views.db.selectFrom('alert_deliveries').selectAll().where('delivery_id', '=', id).executeTakeFirstOrThrow();
const all = () => place.views.db.selectFrom('alert_deliveries').selectAll().orderBy('created_at').execute();

describe('a webhook', () => {
  it('is signed, and sent again with the same body and a new signature until it is taken', async () => {
    let refusals = 2;
    const { url, got } = await receiver((_, response) => response.writeHead(refusals-- > 0 ? 500 : 204).end());
    await shown('alert-1');
    await queue('one', { type: 'webhook', url, secret: 'whsec' });
    const sender = start();
    for (const n of [1, 2]) {
      const next_attempt_at = now + delayAfter(n);
      await expect.poll(() => rowOf('one'), soon).toMatchObject({ state: 'queued', attempts: n, status: 500, next_attempt_at });
      now += delayAfter(n);
      sender.look();
    }
    await expect
      .poll(() => rowOf('one'), soon)
      .toMatchObject({ state: 'delivered', attempts: 3, status: 204, delivered_at: now, error: null });
    expect(new Set(got.map(({ text }) => text)).size).toBe(1);
    expect(JSON.parse(got[0]!.text)).toMatchObject({
      deliveryId: 'one',
      event: 'alert.raised',
      alert: { alertId: 'alert-1', severity: 'critical' },
    });
    for (const { headers, text } of got) {
      expect(headers['x-thingsio-delivery']).toBe('one');
      const [, t, v1] = /^t=(\d+),v1=(\w+)$/.exec(String(headers['x-thingsio-signature']))!;
      expect(v1).toBe(createHmac('sha256', 'whsec').update(`${t}.${text}`).digest('hex'));
    }
    expect(new Set(got.map(({ headers }) => headers['x-thingsio-signature'])).size).toBe(3);
  });

  it('is given up in the end', async () => {
    const { url, got } = await receiver((_, response) => response.writeHead(500).end());
    await shown('alert-1');
    await queue('one', { type: 'webhook', url });
    const sender = start();
    for (let n = 1; n < ATTEMPTS_MAX; n++) {
      await expect.poll(() => rowOf('one'), soon).toMatchObject({ attempts: n, next_attempt_at: now + delayAfter(n) });
      now += delayAfter(n);
      sender.look();
    }
    await expect
      .poll(() => rowOf('one'), soon)
      .toMatchObject({ state: 'failed', next_attempt_at: null, error: 'the receiver answered 500' });
    expect(got).toHaveLength(ATTEMPTS_MAX);
  });

  it('follows no redirect', async () => {
    const { url, got } = await receiver((_, response) => response.writeHead(302, { location: '/elsewhere' }).end());
    await shown('alert-1');
    await queue('one', { type: 'webhook', url });
    start();
    await expect.poll(() => rowOf('one'), soon).toMatchObject({ state: 'queued', attempts: 1, status: 302 });
    expect(got.map(({ path }) => path)).toEqual(['/']);
  });

  it('waits until the alert is shown', async () => {
    const { url, got } = await receiver((_, response) => response.writeHead(204).end());
    await queue('one', { type: 'webhook', url });
    const sender = start();
    await expect.poll(async () => (await rowOf('one')).next_attempt_at, soon).toBe(NOW + 500);
    await shown('alert-1');
    now += 500;
    sender.look();
    await expect.poll(() => rowOf('one'), soon).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(got).toHaveLength(1);
  });

  it('is sent by one of two who look at once', async () => {
    const { url, got } = await receiver((_, response) => response.writeHead(204).end());
    await shown('alert-1');
    for (let n = 0; n < 20; n++) await queue(`n${n}`, { type: 'webhook', url });
    start();
    start();
    await expect.poll(async () => (await all()).every(({ state }) => state === 'delivered'), soon).toBe(true);
    expect(got.map(({ headers }) => headers['x-thingsio-delivery']).sort()).toEqual(Array.from({ length: 20 }, (_, n) => `n${n}`).sort());
  });

  it('of an account whose receiver does not answer keeps no other account waiting', async () => {
    const silent = await receiver(() => undefined);
    const { url, got } = await receiver((_, response) => response.writeHead(204).end());
    await shown('alert-1');
    await shown('alert-2', { account_id: 'a2' });
    for (let n = 0; n < 100; n++) await queue(`n${n}`, { type: 'webhook', url: silent.url }, { next_attempt_at: NOW - 1 });
    await queue('other', { type: 'webhook', url }, { account_id: 'a2', alert_id: 'alert-2' });
    start();
    await expect.poll(() => rowOf('other'), soon).toMatchObject({ state: 'delivered' });
    expect(got).toHaveLength(1);
    expect(silent.got.length).toBeLessThanOrEqual(OF_ONE_ACCOUNT);
  });
});

describe('a notification', () => {
  it('is skipped while the rule is silenced, and repeated when that is over', async () => {
    const { url, got } = await receiver((_, response) => response.writeHead(204).end());
    await shown('alert-1', {}, NOW + 60_000);
    await queue('one', { type: 'webhook', url }, { repeat_every: 120_000 });
    const sender = start();
    await expect.poll(() => rowOf('one'), soon).toMatchObject({ state: 'skipped', error: 'silenced until 2026-05-01T12:01:00.000Z' });
    await expect.poll(async () => (await all()).length, soon).toBe(2);
    now += 120_000;
    sender.look();
    await expect.poll(() => got.map(({ text }) => (JSON.parse(text) as { event: string }).event), soon).toEqual(['alert.repeated']);
  });

  it.each([
    ['acknowledged', { acknowledged_at: NOW, acknowledged_by: 'me' }],
    ['over', { state: 'cleared' as const, cleared_at: NOW }],
  ])('is not repeated when the alert is %s', async (_, more) => {
    await shown('alert-1', more);
    await queue('one', { type: 'webhook', url: 'http://127.0.0.1:1' }, { kind: 'repeated', repeat_every: 1_000 });
    start();
    await expect.poll(() => rowOf('one'), soon).toMatchObject({ state: 'skipped', error: 'it is over, or acknowledged' });
    expect(await all()).toHaveLength(1);
  });
});

describe('an e-mail', () => {
  it('goes through the mail server of the settings', async () => {
    const mail = await mailServer();
    await shown('alert-1');
    await queue('one', { type: 'email', to: 'me@example.org' });
    start({ smtpUrl: mail.url });
    await expect.poll(() => rowOf('one'), soon).toMatchObject({ state: 'delivered', error: null });
    const text = mail.received.join('\n');
    expect(text).toContain('RCPT TO:<me@example.org>');
    expect(text).toContain('Subject: [critical] Hot: raised for d1');
    expect(text).toContain('Message-ID: <one@thingsio>');
    expect(text).toMatch(/t =(3D)? 31 \(> 30\)/);
  });

  it('fails for good where there is no mail server', async () => {
    await shown('alert-1');
    await queue('one', { type: 'email', to: 'me@example.org' });
    start();
    await expect
      .poll(() => rowOf('one'), soon)
      .toMatchObject({ state: 'failed', attempts: 1, error: 'no mail server is set: THINGSIO_SMTP_URL' });
  });
});

/** Speaks as much SMTP as it takes. */
async function mailServer(): Promise<{ url: string; received: string[] }> {
  const received: string[] = [];
  const server = createTcpServer((socket) => {
    let inData = false;
    let rest = '';
    socket.write('220 test\r\n');
    socket.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\r\n');
      rest = lines.pop()!;
      for (const line of lines) {
        received.push(line);
        if (inData && line !== '.') continue;
        if (line === '.') inData = false;
        if (line === 'DATA') inData = true;
        socket.write(line === 'DATA' ? '354 go on\r\n' : line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
      }
    });
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  clean.push(() => void server.close());
  return { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}?ignoreTLS=true`, received };
}
