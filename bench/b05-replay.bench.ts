/** B5: how fast is the series built again from the log, against the rate at which readings come in live? */
import { openThreadedSqliteEventLog } from '#adapters/sqlite';
import { openDuckDbSeries } from '#adapters/duckdb';
import type { EventLog, SeriesStore } from '#ports';
import { series } from '../apps/projector/src/projections/series.projection.js';
import { BuildingPace } from '../apps/projector/src/rebuild/building-pace.js';
import { SeriesLane, type SeriesState } from '../apps/projector/src/subscription/series-lane.js';
import { openSharedTail } from '../apps/projector/src/subscription/shared-tail.js';
import { Track } from '../apps/projector/src/subscription/track.js';
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
    'DuckDB: appending and flushing take 73 % of the projector’s thread, which waits for another 12 %, most of it for commits; a quarter of the first is the statistics of columns of doubles. The thread that reads and parses the events is idle two thirds of the time.',
  async run(context) {
    const { quick, resources, say } = context;
    const log = await openThreadedSqliteEventLog({ dir: await resources.tempDir(), durability: 'normal' });
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

/** As an operator would: a rebuild of the series, beside an idle live generation, from its first event until it has met the log. */
function replayOnce(log: EventLog, readings: number, { resources, say }: BenchContext): Promise<number> {
  return resources.scope(async (inner) => {
    const generations = await openDuckDbSeries({ dir: await inner.tempDir() });
    inner.onRelease(() => generations.close());
    const store = await generations.open(2);
    const head = await log.head();
    const startedAt = performance.now();
    await buildUntil(head, log, store);
    const rate = readings / ((performance.now() - startedAt) / 1_000);
    const stored = await store.count({ accountId: ACCOUNT, deviceId: 'd0', from: 0, to: 8e12 });
    if (stored !== readings / DEVICES) throw new Error(`the series has ${stored} readings of d0, not ${readings / DEVICES}`);
    say(`replay: ${Math.round(rate).toLocaleString('en')} readings/s`);
    return rate;
  });
}

/** The projector's own lanes: the one that builds hands over where the log ended. */
async function buildUntil(head: number, log: EventLog, store: SeriesStore): Promise<void> {
  const stop = new AbortController();
  const fail = (trouble: { error: unknown } | undefined): void => {
    if (trouble) throw trouble.error;
  };
  const tail = openSharedTail(log, head, fail);
  const create = (name: string): SeriesLane =>
    new SeriesLane({ name, projection: series, parts: 1, onFailed: ({ failed }) => fail({ error: failed?.error }) });
  const track = new Track<SeriesState>({
    name: 'series',
    create,
    log,
    tail,
    buildingPace: new BuildingPace(),
    stop: stop.signal,
    troubleOf: () => fail,
    around: (_kind, _lane, _events, step) => step(),
  });
  const state: SeriesState = { generation: 2, part: 0, position: 0, stored: 0, store };
  await track.addBuilding([state]);
  while (!(track.isInMain(state) && state.position >= head)) await new Promise((resolve) => setTimeout(resolve, 1));
  stop.abort();
  await tail.close();
  await track.done();
}
