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
    'it depends on the machine, each of 2 cores: 0.45 to 0.59 × in runs on an AMD EPYC on which the bare route takes 13,000 requests a second, 0.34 × on an Intel Xeon on which it takes twice as many, 0.32 × on an EPYC on which it takes 36,000. On the Xeon a request costs some 100 µs of processor time over all threads (main thread 45, shard 18, log writer 17, projector 10, alerts 6, garbage collection beside them 5). Main thread, load generator (16), shard and commit have their parts one after the other, because all 64 requests move through them in one lot, and so a quarter of both cores is idle. Smaller lots keep both busy, but waking a thread costs it about 100 µs beside what the lot holds, which is what they gain (lots of 32, 24 and 16 in turns: 0.354 to 0.356 × against 0.354). No thread does one thing most of the time: on the main thread writing to sockets is 15 %, and nearly all else is Node’s and Fastify’s HTTP; on the log writer the transaction is 71 %.',
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
