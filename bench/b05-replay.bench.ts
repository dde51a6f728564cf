/** B5: how fast is the series built again from the log, against the rate at which readings come in live? */
import { openSqliteEventLog } from '#adapters/sqlite';
import { openDuckDbSeriesStore } from '#adapters/duckdb';
import type { EventLog } from '#ports';
import { series } from '../apps/projector/src/projections/series.projection.js';
import { runLane, type Lane } from '../apps/projector/src/subscription/lane.js';
import { openSeriesLane } from '../apps/projector/src/subscription/series-lane.js';
import { openSharedTail } from '../apps/projector/src/subscription/shared-tail.js';
import { thingsioRound } from './b01-ingest.bench.js';
import type { Bench, BenchContext } from './support/bench.js';
import { ACCOUNT, fillLog } from './support/fill-log.js';
import { figure, interleaved, ratio } from './support/statistics.js';

const DEVICES = 64;
const BATCH = 1_000;

export const replay: Bench = {
  id: 'B5',
  name: 'replay',
  question: '10 M readings in the log, replayed by the projector into an empty series store: how many a second?',
  target: { of: 'replay ÷ live rate of B1, readings/s', compare: '>=', must: 3, unit: '×' },
  nextLimit:
    'DuckDB’s appender and the copying into it take about half of the projector’s thread, parsing the events’ JSON 30 %, garbage collection 10 %.',
  async run(context) {
    const { quick, resources, say } = context;
    const log = openSqliteEventLog({ dir: await resources.tempDir(), durability: 'normal' });
    resources.onRelease(() => log.close());
    const eventsEach = Math.round((quick ? 1_000_000 : 10_000_000) / DEVICES / BATCH);
    const devices = Array.from({ length: DEVICES }, (_, i) => `d${i}`);
    const readings = await fillLog(log, { devices, eventsEach, readingsEach: BATCH, start: Date.UTC(2026, 0, 1), stepMs: 10 });
    say(`the log holds ${readings.toLocaleString('en')} readings`);
    const rates = await interleaved(
      quick ? 1 : 3,
      () => replayOnce(log, readings, context),
      async () => (await thingsioRound(context, quick ? 10 : 40)).visible,
    );
    return {
      value: ratio(rates.a, rates.b),
      figures: [
        figure('replay into a fresh series store', 'readings/s', rates.a),
        figure('live over HTTP until visible (B1)', 'readings/s', rates.b),
      ],
      notes: [
        `${readings.toLocaleString('en')} readings × 2 fields of ${DEVICES} devices in events of ${BATCH.toLocaleString('en')}; log reader, projection and DuckDB as the projector runs them.`,
      ],
    };
  },
};

function replayOnce(log: EventLog, readings: number, { resources, say }: BenchContext): Promise<number> {
  return resources.scope(async (inner) => {
    const store = await openDuckDbSeriesStore({ dir: await inner.tempDir() });
    inner.onRelease(() => store.close());
    const head = await log.head();
    const startedAt = performance.now();
    const lane = await openSeriesLane({
      store,
      projection: series,
      head,
      onFailed: ({ error }) => say(`the projection stands still: ${error}`),
    });
    await runUntil(lane, head, log);
    const rate = readings / ((performance.now() - startedAt) / 1_000);
    const stored = await store.count({ accountId: ACCOUNT, deviceId: 'd0', from: 0, to: 8e12 });
    if (stored !== readings / DEVICES) throw new Error(`the series has ${stored} readings of d0, not ${readings / DEVICES}`);
    say(`replay: ${Math.round(rate).toLocaleString('en')} readings/s`);
    return rate;
  });
}

/** The projector's own loop, stopped where the log ended. */
async function runUntil(lane: Lane, head: number, log: EventLog): Promise<void> {
  const stop = new AbortController();
  const tail = openSharedTail(log, head, () => undefined);
  const watched: Lane = {
    name: lane.name,
    get position() {
      return lane.position;
    },
    async step(events) {
      const goesOn = await lane.step(events);
      if (lane.position >= head || !goesOn) stop.abort();
      return goesOn && lane.position < head;
    },
  };
  await runLane(watched, tail, stop.signal, (trouble) => {
    if (trouble) throw trouble.error;
  });
  await tail.close();
}
