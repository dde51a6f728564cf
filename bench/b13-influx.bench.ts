/** B13: what does the series store add to InfluxDB's own writing of the same points? */
import { Agent, request } from 'node:http';
import { openInfluxDbSeries } from '#adapters/influxdb';
import type { SeriesBatch } from '#ports';
import { BatchPlan } from '../libs/adapters/src/influxdb/batch-plan.js';
import { refKey, unknownDevice } from '../libs/adapters/src/influxdb/catalog.js';
import { Layouts } from '../libs/adapters/src/influxdb/device-layout.js';
import { CHARACTERS_MAX, LINES_MAX } from '../libs/adapters/src/influxdb/line-writer.js';
import type { Bench, BenchContext } from './support/bench.js';
import { DATABASE, startInflux } from './support/influx.js';
import { humidity, lineProtocolBody, temperature } from './support/points.js';
import { figure, interleaved, ratio } from './support/statistics.js';

const ACCOUNT = 'abench';
const DEVICES = 64;
const READINGS = 1_000;
/** Events of a batch, as many as a projector finds when it is busy. */
const EVENTS = 20;
/** Requests under way, on both sides. */
const UNDER_WAY = 2;
const START = Date.UTC(2026, 0, 1);

export const influx: Bench = {
  id: 'B13',
  name: 'influx',
  question: 'Batches of 20 events of 1,000 readings × 2 fields written into the series on InfluxDB: how many readings a second?',
  target: { of: 'SeriesStore.write ÷ bare line protocol of the same points, readings/s', compare: '>=', must: 0.7, unit: '×' },
  nextLimit:
    'InfluxDB itself, which is busy all the time while points are on their way: making the lines takes a tenth of the processor time on our side, sending them a quarter. What is lost to the bare client are the ends of a batch: one question for the checkpoint before it, and one write, fsynced, after its last points, when nothing else is under way. The next batch could begin meanwhile.',
  async run(context) {
    const batches = batchesOf(context.quick ? 20 : 80);
    const lines = linesOf(batches);
    const values = batches.flatMap(({ readings }) =>
      readings.map(({ deviceId, columns }) => lineProtocolBody({ device: deviceId, start: columns.time[0]!, stepMs: 10, count: READINGS })),
    );
    const rounds = await interleaved(
      context.quick ? 1 : 5,
      () => storeRound(context, batches),
      () => bareRound(context, lines, 'ns'),
    );
    const valuesAlone = await bareRound(context, values, 'ms');
    return {
      value: ratio(rounds.a, rounds.b),
      figures: [
        figure('SeriesStore.write, checkpoint included', 'readings/s', rounds.a),
        figure('the same lines, made beforehand, to /write', 'readings/s', rounds.b),
        figure('the two values alone, without what is known of a reading', 'readings/s', [valuesAlone]),
      ],
      notes: [
        `${(batches.length * EVENTS * READINGS).toLocaleString('en')} readings a round into an empty server; ${UNDER_WAY} requests of ${LINES_MAX.toLocaleString('en')} lines under way at once; every write is fsynced.`,
        'A line holds two values, position, index and time of recording. The count is checked after each round.',
      ],
    };
  },
};

function batchesOf(count: number): SeriesBatch[] {
  let position = 0;
  return Array.from({ length: count }, (_, batch): SeriesBatch => {
    const readings = Array.from({ length: EVENTS }, (_, i) => {
      const n = batch * EVENTS + i;
      const start = START + Math.floor(n / DEVICES) * READINGS * 10;
      const time = Array.from({ length: READINGS }, (_, k) => start + k * 10);
      const fields = { temperature: time.map(temperature), humidity: time.map(humidity) };
      return {
        accountId: ACCOUNT,
        deviceId: `d${n % DEVICES}`,
        position: ++position,
        recordedAt: start,
        columns: { schemaVersion: 1, time, fields },
      };
    });
    return { checkpoint: position, schemas: [], readings };
  });
}

/** The very lines that the store sends, in the same requests. */
function linesOf(batches: SeriesBatch[]): string[] {
  const layouts = new Layouts();
  const states = new Map(
    Array.from({ length: DEVICES }, (_, i) => {
      const device = unknownDevice({ accountId: ACCOUNT, deviceId: `d${i}` }, layouts);
      return [refKey(device), { device, latest: -Infinity, atLatest: 0 }] as const;
    }),
  );
  return batches.flatMap((batch) =>
    [...new BatchPlan(batch, 0, states, layouts).lines(LINES_MAX, CHARACTERS_MAX)].map((lines) => lines.join('\n')),
  );
}

function storeRound({ resources, say }: BenchContext, batches: SeriesBatch[]): Promise<number> {
  return resources.scope(async (inner) => {
    const { url } = await startInflux(inner);
    const series = await openInfluxDbSeries({ url: `${url}/${DATABASE}` });
    inner.onRelease(() => series.close());
    const store = await series.open(1);
    const startedAt = performance.now();
    for (const batch of batches) await store.write(batch);
    const seconds = (performance.now() - startedAt) / 1_000;
    let stored = 0;
    for (let i = 0; i < DEVICES; i++) stored += await store.count({ accountId: ACCOUNT, deviceId: `d${i}`, from: 0, to: 8e12 });
    return rateOf(stored, batches.length, seconds, say, 'store');
  });
}

function bareRound({ resources, say }: BenchContext, bodies: string[], precision: 'ns' | 'ms'): Promise<number> {
  return resources.scope(async (inner) => {
    const { url, query } = await startInflux(inner);
    const agent = new Agent({ keepAlive: true, maxSockets: UNDER_WAY });
    inner.onRelease(async () => agent.destroy());
    const waiting = bodies.values();
    const startedAt = performance.now();
    const send = async (): Promise<void> => {
      for (const body of waiting) await post(`${url}/write?db=${DATABASE}&precision=${precision}`, body, agent);
    };
    await Promise.all(Array.from({ length: UNDER_WAY }, send));
    const seconds = (performance.now() - startedAt) / 1_000;
    const { values } = (await query('SELECT count(*) FROM /readings.*/'))!;
    const batches = bodies.reduce((sum, body) => sum + body.split('\n').length, 0) / EVENTS / READINGS;
    return rateOf(Number(values[0]![1]), batches, seconds, say, precision === 'ns' ? 'bare' : 'bare, values alone');
  });
}

function rateOf(stored: number, batches: number, seconds: number, say: (text: string) => void, side: string): number {
  const readings = batches * EVENTS * READINGS;
  if (stored !== readings) throw new Error(`${side}: ${stored} readings are stored, not ${readings}`);
  say(`${side}: ${Math.round(readings / seconds).toLocaleString('en')} readings/s`);
  return readings / seconds;
}

function post(url: string, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-length': Buffer.byteLength(body) } }, (answer) => {
      answer.resume();
      answer.on('end', () => (answer.statusCode === 204 ? resolve() : reject(new Error(`InfluxDB answered ${answer.statusCode}`))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
