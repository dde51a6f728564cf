/** B15: how fast is a rule tried on the past? */
import { openSqliteEventLog, openSqliteViewStore } from '#adapters/sqlite';
import { deviceStream, type AlertCondition, type AlertRule } from '#contracts';
import type { EventLog } from '#ports';
import { mergedPages } from '../apps/api/src/alerts/back-test-source.js';
import { BackTests } from '../apps/api/src/alerts/back-tests.js';
import type { Bench, BenchContext } from './support/bench.js';
import { ACCOUNT, fillLog } from './support/fill-log.js';
import { figure, median } from './support/statistics.js';

const DEVICES = 8;
const BATCH = 1_000;

const CONDITIONS: Record<string, AlertCondition> = {
  'a threshold': { type: 'threshold', field: 'temperature', op: '>', value: 24, clear: 23 },
  'a rate over 5 minutes': { type: 'rate', field: 'temperature', op: '>', value: 5, per: '1m', over: '5m' },
  'a forecast': { type: 'forecast', field: 'temperature', op: '>', value: 60, within: '1h' },
  'an anomaly': { type: 'anomaly', field: 'temperature', score: 0.999 },
};

export const backtest: Bench = {
  id: 'B15',
  name: 'backtest',
  question: 'An alert rule over the past of some devices, from the log through the evaluator: how many readings a second of one core?',
  target: { of: 'back-test of a threshold', compare: '>=', must: 1_000_000, unit: 'readings/s of CPU' },
  nextLimit: '',
  async run(context) {
    const { quick, resources, say } = context;
    const log = openSqliteEventLog({ dir: await resources.tempDir(), durability: 'normal' });
    resources.onRelease(() => log.close());
    const eventsEach = quick ? 60 : 250;
    const devices = Array.from({ length: DEVICES }, (_, i) => `d${i}`);
    const readings = await fillLog(log, { devices, eventsEach, readingsEach: BATCH, start: Date.UTC(2026, 0, 1), stepMs: 1_000 });
    say(`the log holds ${readings.toLocaleString('en')} readings`);
    const tests = await backTestsOf(context, log, devices);
    const rates = new Map<string, number[]>();
    const measure = async (name: string, work: () => Promise<number>): Promise<void> => {
      const list = rates.get(name) ?? [];
      rates.set(name, list);
      list.push(await rateOf(readings, work));
    };
    for (let round = 0; round < (quick ? 2 : 5); round++) {
      await measure(PEER, () => readOnly(log, devices));
      for (const [name, condition] of Object.entries(CONDITIONS)) {
        await measure(name, async () => {
          const outcome = await tests.over(ACCOUNT, ruleOf(condition), {});
          if (outcome.incomplete) throw new Error(`${name}: time ran out`);
          return outcome.readings;
        });
      }
    }
    for (const [name, list] of rates) say(`${name}: ${Math.round(median(list)).toLocaleString('en')} readings/s`);
    return {
      value: median(rates.get('a threshold')!),
      figures: [...rates].map(([name, list]) => figure(name, 'readings/s of CPU', list)),
      notes: [
        `${readings.toLocaleString('en')} readings × 2 fields of ${DEVICES} devices in events of ${BATCH.toLocaleString('en')}, in the SQLite log. CPU time of the whole process, so what the collector does on other threads counts too.`,
      ],
    };
  },
};

const PEER = 'nothing but the same events, read and parsed';

/** By the CPU that the process took: on a shared machine the clock says more of the others. */
async function rateOf(readings: number, work: () => Promise<number>): Promise<number> {
  const before = process.cpuUsage();
  const seen = await work();
  const { user, system } = process.cpuUsage(before);
  if (seen !== readings) throw new Error(`${seen} readings were looked at, not ${readings}`);
  return readings / ((user + system) / 1e6);
}

async function readOnly(log: EventLog, devices: readonly string[]): Promise<number> {
  let seen = 0;
  for (const device of devices) {
    for await (const page of mergedPages(log, [deviceStream(ACCOUNT, device)], undefined)) {
      for (const { type, data } of page) if (type === 'ReadingsReceived') seen += (data as { time: number[] }).time.length;
    }
  }
  return seen;
}

async function backTestsOf({ resources }: BenchContext, log: EventLog, devices: readonly string[]): Promise<BackTests> {
  const views = await openSqliteViewStore({ dir: await resources.tempDir() });
  resources.onRelease(() => views.close());
  const row = {
    account_id: ACCOUNT,
    tags: '{}',
    schema_version: 1,
    schema: '{}',
    revision: 0,
    registered_at: 0,
    changed_at: 0,
    retired_at: null,
  };
  await views.write((tx) =>
    tx
      .insertInto('devices')
      .values(devices.map((device_id) => ({ ...row, device_id, name: device_id })))
      .execute(),
  );
  return new BackTests(log, views, Date.now);
}

const ruleOf = (condition: AlertCondition): AlertRule => ({
  name: 'A rule',
  severity: 'warning',
  enabled: true,
  devices: {},
  condition,
  notify: [],
});
