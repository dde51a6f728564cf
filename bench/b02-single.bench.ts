/** B2: what does a single reading a request cost, against a route that only parses and answers? */
import type { Bench, BenchContext } from './support/bench.js';
import { openConnections, requestsPerSecond } from './support/load.js';
import { startPeer } from './support/peer-process.js';
import { humidity, temperature } from './support/points.js';
import { rawRequest } from './support/raw-http.js';
import { figure, interleaved, ratio } from './support/statistics.js';
import { startThingsIO } from './support/thingsio.js';

const CONNECTIONS = 64;
const REQUESTS_EACH = 200;

export const single: Bench = {
  id: 'B2',
  name: 'single',
  question: 'One reading a request over 64 keep-alive connections: how many requests a second, durable when answered?',
  target: { of: 'thingsIO ÷ bare Fastify route, requests/s', compare: '>=', must: 0.5, stage: 0.4, unit: '×' },
  nextLimit:
    'the wait for the disk: where nothing is synced (durability normal), runs in turns give 0.475 × in place of 0.381 ×, since the one thread that decides and writes decides nothing while it waits for a commit. It depends on the machine too, each of 2 cores: on an AMD EPYC on which the bare route takes 28,000 requests a second, runs gave 0.37 to 0.44 × (in turns with the code of before 0.43 × against 0.32 ×, other work beside them: that had the shard and the log on two threads, handed all 64 commands over in one lot, and read every event for alerts). A request costs some 105 µs of processor time there over all threads (main thread 50, shard and log 31, projector 9, alerts 4, garbage collection beside them 5), the load generator 24, and a quarter of both cores is idle. No thread does one thing most of the time: on the main thread writing to sockets is 15 %, and nearly all else is Node’s and Fastify’s HTTP.',
  async run(context) {
    const { quick, resources } = context;
    const thingsio = await startThingsIO(resources);
    await thingsio.createDevices(deviceIds());
    const bare = await startPeer('bare-fastify', resources);
    const seconds = quick ? { warmUp: 1, measured: 2 } : { warmUp: 2, measured: 8 };
    const measure = (url: string) => () => measureSide(url, thingsio.apiKey, seconds, context);
    const rates = await interleaved(quick ? 1 : 4, measure(thingsio.url), measure(bare));
    return {
      value: ratio(rates.a, rates.b),
      figures: [figure('thingsIO', 'requests/s', rates.a), figure('bare Fastify', 'requests/s', rates.b)],
      notes: [
        `${CONNECTIONS} connections, a device each, one request under way on each; ${seconds.measured} s a round after ${seconds.warmUp} s of warm-up. The load generator runs beside them on the same cores.`,
      ],
    };
  },
};

function measureSide(
  url: string,
  apiKey: string,
  seconds: { warmUp: number; measured: number },
  { resources, say }: BenchContext,
): Promise<number> {
  return resources.scope(async (inner) => {
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const requests = deviceIds().map((device) =>
      Array.from({ length: REQUESTS_EACH }, (_, n) => rawRequest('POST', `/api/v1/devices/${device}/readings`, headers, oneReading(n))),
    );
    const { rate, failed } = await requestsPerSecond(await openConnections(url, CONNECTIONS, inner), requests, seconds);
    if (failed > 0) throw new Error(`${failed} requests to ${url} failed`);
    say(`${url}: ${Math.round(rate).toLocaleString('en')} requests/s`);
    return rate;
  });
}

function oneReading(n: number): string {
  const time = Date.UTC(2026, 0, 1) + n * 1_000;
  return `{"temperature":${temperature(time)},"humidity":${humidity(time)},"time":${time}}`;
}

function deviceIds(): string[] {
  return Array.from({ length: CONNECTIONS }, (_, i) => `d${String(i).padStart(2, '0')}`);
}
