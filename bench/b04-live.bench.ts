/** B4: how long from the POST of a reading to the browser's message, against a relay that keeps nothing? */
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { ReadingsRecordedMessage } from '#contracts';
import type { Bench, BenchContext } from './support/bench.js';
import { openConnections } from './support/load.js';
import { startPeer } from './support/peer-process.js';
import { rawRequest, type RawConnection } from './support/raw-http.js';
import type { Resources } from './support/resources.js';
import { figure, interleaved, percentile, ratio } from './support/statistics.js';
import { startThingsIO } from './support/thingsio.js';

const READINGS_PER_SECOND = 2_000;
const DEVICES = 20;
/** Requests under way at once; enough that a slow answer does not hold up the next send. */
const CONNECTIONS = 40;
const START = Date.UTC(2026, 0, 1);

interface Latency {
  p50: number;
  p99: number;
}

export const live: Bench = {
  id: 'B4',
  name: 'live',
  question: 'At 2,000 readings a second, how long from a POST to its Socket.IO message?',
  target: { of: 'p99 of thingsIO ÷ p99 of a bare relay', compare: '<=', must: 3, unit: '×' },
  nextLimit:
    'waking up: so far apart, each reading goes alone through main thread, the shard with the log, and main thread again, and being woken costs a thread about 100 µs beside the work itself: the main thread needs some 250 µs a reading (50 in lots of 32). Together with sender and browser that keeps both cores 85 % busy, so a thread that is woken waits for a core: 1 ms or more for one wake-up in a hundred at each step.',
  async run(context) {
    const { quick, resources } = context;
    const thingsio = await startThingsIO(resources);
    await thingsio.createDevices(deviceIds());
    const relay = await startPeer('bare-relay', resources);
    const seconds = quick ? 3 : 10;
    let measured = 0;
    // Times go on from round to round: each reading is recognised by its own.
    const measure = (url: string) => () =>
      measureSide(url, thingsio.apiKey, { seconds, first: measured++ * (seconds + 2) * READINGS_PER_SECOND }, context);
    const rounds = await interleaved(quick ? 1 : 4, measure(thingsio.url), measure(relay));
    const of = (side: Latency[], key: keyof Latency) => side.map((round) => round[key]);
    return {
      value: ratio(of(rounds.a, 'p99'), of(rounds.b, 'p99')),
      figures: [
        figure('thingsIO, p50', 'ms', of(rounds.a, 'p50')),
        figure('thingsIO, p99', 'ms', of(rounds.a, 'p99')),
        figure('bare relay, p50', 'ms', of(rounds.b, 'p50')),
        figure('bare relay, p99', 'ms', of(rounds.b, 'p99')),
      ],
      notes: [
        `${DEVICES} devices, one reading a request, one browser subscribed to all of them; ${seconds} s a round after a second of warm-up. Sender and browser share one process and clock.`,
      ],
    };
  },
};

async function measureSide(
  url: string,
  apiKey: string,
  plan: { seconds: number; first: number },
  { resources, say }: BenchContext,
): Promise<Latency> {
  return resources.scope(async (inner) => {
    const browser = await subscribe(url, apiKey, inner);
    const sentAt = new Map<number, number>();
    const latencies: number[] = [];
    let warm = false;
    browser.on('readings.recorded', ({ time }: ReadingsRecordedMessage) => {
      const now = performance.now();
      for (const at of time) {
        const sent = sentAt.get(at);
        if (sent === undefined) continue;
        sentAt.delete(at);
        if (warm) latencies.push(now - sent);
      }
    });
    const connections = await openConnections(url, CONNECTIONS, inner);
    let next = plan.first;
    const send = (seconds: number) => paced(connections, seconds, () => requestOf(next++, apiKey, sentAt));
    await send(1);
    warm = true;
    await send(plan.seconds);
    await untilEmpty(sentAt);
    const latency = { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
    say(`${url}: p50 ${latency.p50.toFixed(2)} ms, p99 ${latency.p99.toFixed(2)} ms of ${latencies.length.toLocaleString('en')}`);
    return latency;
  });
}

async function subscribe(url: string, apiKey: string, resources: Resources): Promise<Socket> {
  const browser = io(url, { auth: { token: apiKey }, transports: ['websocket'], reconnection: false });
  resources.onRelease(async () => void browser.disconnect());
  await new Promise<void>((resolve, reject) => {
    browser.once('connect', resolve);
    browser.once('connect_error', reject);
  });
  for (const deviceId of deviceIds()) {
    const answer = (await browser.timeout(10_000).emitWithAck('subscribe', { deviceId })) as { ok: boolean };
    if (!answer.ok) throw new Error(`cannot subscribe: ${JSON.stringify(answer)}`);
  }
  return browser;
}

function requestOf(n: number, apiKey: string, sentAt: Map<number, number>): Buffer {
  const time = START + n;
  const device = deviceIds()[n % DEVICES] ?? '';
  sentAt.set(time, performance.now());
  return rawRequest(
    'POST',
    `/api/v1/devices/${device}/readings`,
    { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    `{"temperature":21.5,"humidity":40,"time":${time}}`,
  );
}

/** Sends on whichever connection is free, at the rate the clock says; what the server cannot take waits here and counts. */
async function paced(connections: RawConnection[], seconds: number, makeRequest: () => Buffer): Promise<void> {
  const startedAt = performance.now();
  const total = seconds * READINGS_PER_SECOND;
  const free = [...connections];
  const backlog: Buffer[] = [];
  let made = 0;
  let failure: Error | undefined;
  const dispatch = () => {
    for (let request = backlog[0]; request && free.length > 0; request = backlog[0]) {
      backlog.shift();
      const connection = free.pop() as RawConnection;
      connection.send(request).then(
        ({ status, body }) => {
          if (status >= 300) failure ??= new Error(`the server answered ${status}: ${body.toString().slice(0, 300)}`);
          free.push(connection);
          dispatch();
        },
        (error: Error) => (failure ??= error),
      );
    }
  };
  while (!failure && (made < total || backlog.length > 0 || free.length < connections.length)) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * READINGS_PER_SECOND));
    for (; made < due; made++) backlog.push(makeRequest());
    dispatch();
    await sleep(1);
  }
  if (failure) throw failure;
}

async function untilEmpty(sentAt: Map<number, number>): Promise<void> {
  for (let waited = 0; sentAt.size > 0; waited += 20) {
    if (waited > 10_000) throw new Error(`${sentAt.size} readings never reached the browser`);
    await sleep(20);
  }
}

function deviceIds(): string[] {
  return Array.from({ length: DEVICES }, (_, i) => `live-${i}`);
}
