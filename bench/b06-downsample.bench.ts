/** B6: ten million readings of one device down to a thousand points: how long does a picture take? */
import { openDuckDbSeriesStore } from '#adapters/duckdb';
import type { Bench, BenchContext } from './support/bench.js';
import { DATABASE, startInflux, type Influx } from './support/influx.js';
import { batchesOf, DEVICE, fillOneDevice, rangeOf, sendBatches, type Range } from './support/one-device.js';
import { lineProtocolBody } from './support/points.js';
import { rawRequest } from './support/raw-http.js';
import { figure, interleaved, ratio } from './support/statistics.js';
import { startThingsIO, type ThingsIO } from './support/thingsio.js';

const POINTS = 1_000;
/** Of an hour, and of the longest window, so that both sides cut the same thousand windows. */
const START = Date.UTC(2026, 0, 1);

export const downsample: Bench = {
  id: 'B6',
  name: 'downsample',
  question: '10 M readings of one device down to 1,000 points (mean per window): how long does the question take?',
  target: { of: 'InfluxDB ÷ thingsIO, time of the query', compare: '>=', must: 3, unit: '×' },
  nextLimit: 'the scan and aggregation in DuckDB; what HTTP and JSON add is the difference between the route and the store alone.',
  async run(context) {
    const { quick, resources } = context;
    const size = sizeOf(quick ? 1_000_000 : 10_000_000);
    const thingsio = await startThingsIO(resources);
    const influx = await startInflux(resources);
    await fillThingsIO(thingsio, size, context);
    await fillInflux(influx, size, context);
    const answers = await interleaved(
      quick ? 3 : 9,
      () => askThingsIO(thingsio, size),
      () => askInflux(influx, size),
    );
    answers.a.forEach(({ means }, index) => compareMeans(means, answers.b[index]?.means ?? []));
    const store = await askStore(thingsio, size, answers.a.length, context);
    const times = { a: answers.a.map((it) => it.elapsed), b: answers.b.map((it) => it.elapsed) };
    return {
      value: ratio(times.b, times.a),
      figures: [
        figure('thingsIO, series route', 'ms', times.a),
        figure('InfluxDB, GROUP BY time()', 'ms', times.b),
        figure('the series store alone, in this process', 'ms', store),
      ],
      notes: [
        `${size.readings.toLocaleString('en')} readings, one a second, windows of ${size.everyS} s; both over HTTP, questions in turns, after one that warms up.`,
        'Both answers are compared window by window.',
      ],
    };
  },
};

interface Answer {
  /** ms. */
  elapsed: number;
  means: number[];
}

interface Size extends Range {
  everyS: number;
}

function sizeOf(readings: number): Size {
  const everyS = readings / POINTS;
  return { ...rangeOf(readings, Math.ceil(START / (everyS * 1_000)) * everyS * 1_000), everyS };
}

async function fillThingsIO(thingsio: ThingsIO, size: Size, { resources, say }: BenchContext): Promise<void> {
  await fillOneDevice(thingsio, size, resources);
  say('thingsIO is filled');
  const { elapsed } = await askThingsIO(thingsio, size);
  say(`first question: ${elapsed.toFixed(0)} ms`);
}

async function fillInflux(influx: Influx, size: Size, { resources, say }: BenchContext): Promise<void> {
  await sendBatches(
    influx.url,
    batchesOf(size),
    (batch) => rawRequest('POST', `/write?db=${DATABASE}&precision=ms`, {}, lineProtocolBody(batch)),
    resources,
  );
  say('InfluxDB is filled');
  await askInflux(influx, size);
}

async function askThingsIO(thingsio: ThingsIO, { from, to, everyS, readings }: Size): Promise<Answer> {
  const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  const startedAt = performance.now();
  const series = await thingsio.get<{ of: number; time: number[]; fields: Record<string, { mean: number[] }> }>(
    `/devices/${DEVICE}/series?fields=temperature&fn=mean&every=${everyS}s&${range}`,
  );
  const elapsed = performance.now() - startedAt;
  if (series.of !== readings || series.time.length !== POINTS)
    throw new Error(`the series has ${series.time.length} points of ${series.of} readings`);
  return { elapsed, means: series.fields['temperature']?.mean ?? [] };
}

/** What of it is the store's: the platform is stopped, and its file opened here. */
async function askStore(thingsio: ThingsIO, { from, to, everyS }: Size, times: number, { resources }: BenchContext): Promise<number[]> {
  await thingsio.platform.stop();
  const store = await openDuckDbSeriesStore({ dir: thingsio.platform.dataDir });
  resources.onRelease(() => store.close());
  const elapsed: number[] = [];
  for (let n = 0; n <= times; n++) {
    const startedAt = performance.now();
    const every = { count: everyS, unit: 's' as const };
    await store.series({ accountId: thingsio.accountId, deviceId: DEVICE, fields: ['temperature'], from, to, every, fn: ['mean'] });
    elapsed.push(performance.now() - startedAt);
  }
  return elapsed.slice(1);
}

async function askInflux(influx: Influx, { from, to, everyS }: Size): Promise<Answer> {
  const startedAt = performance.now();
  const series = await influx.query(
    `SELECT mean(temperature) FROM readings WHERE device = '${DEVICE}' AND time >= ${from}ms AND time < ${to}ms GROUP BY time(${everyS}s)`,
  );
  const elapsed = performance.now() - startedAt;
  return { elapsed, means: (series?.values ?? []).map((row) => Number(row[1])) };
}

/** Two stores that are asked the same question must give the same answer. */
function compareMeans(thingsio: number[], influx: number[]): void {
  const different = thingsio.findIndex((mean, index) => !(Math.abs(mean - (influx[index] ?? NaN)) < 1e-6));
  if (influx.length !== POINTS || different >= 0) {
    throw new Error(`the answers differ: ${influx.length} windows, at ${different} ${thingsio[different]} against ${influx[different]}`);
  }
}
