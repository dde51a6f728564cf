/** B1: how fast do batches become durable and visible? Against InfluxDB's own line protocol, point for point. */
import type { Bench, BenchContext } from './support/bench.js';
import { DATABASE, startInflux } from './support/influx.js';
import { openConnections, sendAll } from './support/load.js';
import { jsonBody, lineProtocolBody, type Batch } from './support/points.js';
import { rawRequest } from './support/raw-http.js';
import type { Resources } from './support/resources.js';
import { figure, interleaved, ratio } from './support/statistics.js';
import { startThingsIO, type ThingsIO } from './support/thingsio.js';

const DEVICES = 64;
const BATCH = 1_000;
const START = Date.UTC(2026, 0, 1);

interface Round {
  /** Readings per second until the last acknowledgement … */
  acknowledged: number;
  /** … and until all were visible in queries. */
  visible: number;
  refusals: number;
}

export const ingest: Bench = {
  id: 'B1',
  name: 'ingest',
  question:
    'Batches of 1,000 readings × 2 fields from 64 devices over HTTP: how many readings a second are durable, and visible in the series?',
  target: { of: 'thingsIO ÷ InfluxDB 1.6, readings/s until visible', compare: '>=', must: 2, stage: 1, unit: '×' },
  nextLimit:
    'the two cores together. The shard thread, which used to be busy all the time, takes less than half of what it took for a batch since bodies are read from their bytes (ADR 0014); the projector, of whose time in a replay DuckDB’s appender takes 59 %, parsing the events’ JSON 17 % and garbage collection 17 %, is what takes most then.',
  async run(context) {
    const batches = context.quick ? 10 : 60;
    const rounds = await interleaved(
      context.quick ? 1 : 3,
      () => thingsioRound(context, batches),
      () => influxRound(context, batches),
    );
    const of = (side: Round[], key: keyof Round) => side.map((round) => round[key]);
    return {
      value: ratio(of(rounds.a, 'visible'), of(rounds.b, 'visible')),
      figures: [
        figure('thingsIO, acknowledged', 'readings/s', of(rounds.a, 'acknowledged')),
        figure('thingsIO, visible', 'readings/s', of(rounds.a, 'visible')),
        figure('InfluxDB, acknowledged and visible', 'readings/s', of(rounds.b, 'visible')),
      ],
      notes: [
        `${(DEVICES * BATCH * batches).toLocaleString('en')} readings a round, ${DEVICES} connections, one batch under way on each; both sides start empty in every round.`,
        `Both fsync before they answer. Refusals waited out by the client: ${of(rounds.a, 'refusals').join(', ')}.`,
        'The count of every device is checked after each round; a missing reading fails the benchmark.',
      ],
    };
  },
};

/** Also what "live" means to the replay (B5). */
export function thingsioRound({ resources, say }: BenchContext, batches: number): Promise<Round> {
  return resources.scope(async (inner) => {
    const thingsio = await startThingsIO(inner);
    await thingsio.createDevices(deviceIds());
    const headers = { authorization: `Bearer ${thingsio.apiKey}`, 'content-type': 'application/json' };
    const queues = queuesOf(batches, (batch, isLast) =>
      // The last answer of each device comes when the series shows it, and so all before it.
      rawRequest('POST', `/api/v1/devices/${batch.device}/readings${isLast ? '?ack=projected' : ''}`, headers, jsonBody(batch)),
    );
    const round = await timeRound(thingsio.url, queues, inner);
    await checkCounts(thingsio, batches * BATCH);
    say(
      `thingsIO: ${Math.round(round.acknowledged).toLocaleString('en')} acknowledged, ${Math.round(round.visible).toLocaleString('en')} visible readings/s`,
    );
    return round;
  });
}

function influxRound({ resources, say }: BenchContext, batches: number): Promise<Round> {
  return resources.scope(async (inner) => {
    const influx = await startInflux(inner);
    const queues = queuesOf(batches, (batch) => rawRequest('POST', `/write?db=${DATABASE}&precision=ms`, {}, lineProtocolBody(batch)));
    const round = await timeRound(influx.url, queues, inner);
    const counts = await influx.query('SELECT count(temperature) FROM readings');
    const stored = counts?.values[0]?.[1];
    if (stored !== DEVICES * BATCH * batches) throw new Error(`InfluxDB has ${stored} readings, not ${DEVICES * BATCH * batches}`);
    say(`InfluxDB: ${Math.round(round.visible).toLocaleString('en')} readings/s`);
    return round;
  });
}

/** All but the last batch of each device tell the acknowledged rate; the last ones wait until they are visible. */
async function timeRound(url: string, queues: Buffer[][], resources: Resources): Promise<Round> {
  const connections = await openConnections(url, DEVICES, resources);
  const readings = queues.reduce((sum, queue) => sum + queue.length * BATCH, 0);
  const startedAt = performance.now();
  const first = await sendAll(
    connections,
    queues.map((queue) => queue.slice(0, -1)),
  );
  const acknowledgedS = (performance.now() - startedAt) / 1_000;
  const last = await sendAll(
    connections,
    queues.map((queue) => queue.slice(-1)),
  );
  const visibleS = (performance.now() - startedAt) / 1_000;
  return {
    acknowledged: (readings - queues.length * BATCH) / acknowledgedS,
    visible: readings / visibleS,
    refusals: first.refusals + last.refusals,
  };
}

function queuesOf(batches: number, request: (batch: Batch, isLast: boolean) => Buffer): Buffer[][] {
  return deviceIds().map((device) =>
    Array.from({ length: batches }, (_, n) =>
      request({ device, start: START + n * BATCH * 10, stepMs: 10, count: BATCH }, n === batches - 1),
    ),
  );
}

async function checkCounts(thingsio: ThingsIO, expected: number): Promise<void> {
  for (const device of deviceIds()) {
    const ledger = await thingsio.get<{ stored: number }>(`/devices/${device}/ledger`);
    const range = `from=${new Date(START).toISOString()}&to=${new Date(START + expected * 10).toISOString()}`;
    const series = await thingsio.get<{ of: number }>(`/devices/${device}/series?fields=temperature&fn=count&every=1d&${range}`);
    if (ledger.stored !== expected || series.of !== expected) {
      throw new Error(`${device}: the ledger has ${ledger.stored} and the series ${series.of} readings, not ${expected}`);
    }
  }
}

function deviceIds(): string[] {
  return Array.from({ length: DEVICES }, (_, i) => `d${String(i).padStart(2, '0')}`);
}
