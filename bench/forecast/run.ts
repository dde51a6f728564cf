/** `npm run bench -- forecast DIR`: how well `forecast` does on the hourly series of the M4 competition; writes docs/reference/forecasting.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { operationOf, readParameters } from '#timeseries';
import { describeMachine } from '../support/machine.js';
import { root } from '../support/result.js';
import { percentile } from '../support/statistics.js';
import { coverage, mase, mean, msis, naive2, smape } from './measures.js';
import { seasonsOf } from '../../libs/timeseries/src/operations/forecast/seasons.js';
import { learnedModel } from '../../libs/timeseries/src/operations/learned/learned-model.js';
import { forecastingPage, type Intervals, type Learned, type Row } from './page.js';

const HORIZON = 48;
const SEASON = 24;
const HOUR_MS = 3_600_000;

const PLAIN = '`forecast`, season of 24 given';
const WITH_NETWORK = '`forecast` with a network where it does better';

/** What is asked of `forecast`. */
const WAYS: { name: string; params: Record<string, unknown> }[] = [
  { name: PLAIN, params: { season: SEASON } },
  { name: '`forecast`, season found', params: {} },
  { name: WITH_NETWORK, params: { season: SEASON, model: 'learned' } },
  ...['theta', 'ses', 'holt', 'damped', 'holt-winters-additive', 'double-season', 'autoregression', 'long-seasonal-naive'].map((model) => {
    return { name: `\`forecast\` with the model \`${model}\``, params: { season: SEASON, model } };
  }),
];

interface Pair {
  history: Float64Array;
  actual: Float64Array;
}

const dir = process.argv.slice(2).find((arg) => arg !== 'forecast' && !arg.startsWith('--'));
if (dir === undefined) {
  process.stdout.write(
    'npm run bench -- forecast DIR\n\n  DIR    holds hourly-train.csv and hourly-test.csv as the M4 competition gives them: an id, then values\n',
  );
  process.exitCode = 2;
} else {
  const pairs = await readPairs(dir);
  const rows = [
    measured('Seasonal naive (M4’s benchmark)', pairs, ({ history }) => history.slice(-SEASON)),
    measured('Naive2 (M4’s benchmark)', pairs, ({ history }) => naive2(history, SEASON, HORIZON)),
  ];
  let intervals: Intervals | undefined;
  const all = new Map<string, Forecasted[]>();
  for (const { name, params } of WAYS) {
    const results = forecastAll(pairs, params);
    all.set(name, results);
    const row = measured(name, pairs, (_, at) => results[at]!.columns['mean']!);
    rows.push({ ...row, ...timesOf(results) });
    process.stdout.write(`${name}: sMAPE ${row.smape.toFixed(2)}, MASE ${row.mase.toFixed(3)}\n`);
    intervals ??= intervalsOf(pairs, results);
  }
  await writeFile(
    join(root, 'docs/reference/forecasting.md'),
    forecastingPage(rows, intervals!, {
      series: pairs.length,
      machine: describeMachine(),
      learned: learnedOf(pairs, all.get(PLAIN)!, all.get(WITH_NETWORK)!),
    }),
  );
  process.stdout.write('→ docs/reference/forecasting.md\n');
}

async function readPairs(from: string): Promise<Pair[]> {
  const [train, test] = await Promise.all(['hourly-train.csv', 'hourly-test.csv'].map((file) => readFile(join(from, file), 'utf8')));
  const histories = parse(train!);
  return [...parse(test!)].map(([id, actual]) => ({ history: histories.get(id)!, actual: actual.slice(0, HORIZON) }));
}

function parse(csv: string): Map<string, Float64Array> {
  const [, ...lines] = csv.trim().split(/\r?\n/);
  return new Map(
    lines.map((line) => {
      const [id = '', ...cells] = line.replaceAll('"', '').split(',');
      return [
        id,
        Float64Array.from(
          cells.filter((cell) => cell !== ''),
          Number,
        ),
      ];
    }),
  );
}

interface Forecasted {
  columns: Record<string, Float64Array>;
  summary: { learned?: { used: boolean } };
  ms: number;
}

function forecastAll(pairs: readonly Pair[], params: Record<string, unknown>): Forecasted[] {
  const operation = operationOf('forecast')!;
  const values = readParameters(operation.parameters, { horizon: HORIZON, ...params });
  return pairs.map(({ history }) => {
    const input = { deviceId: 'm4', field: 'value', time: history.map((_, hour) => hour * HOUR_MS), parts: { value: history } };
    const startedAt = performance.now();
    const result = operation.run([input], values);
    const [summary] = result.summary['fields'] as Forecasted['summary'][];
    return { columns: result.series[0]!.columns as Record<string, Float64Array>, summary: summary!, ms: performance.now() - startedAt };
  });
}

/** Means over the series, as in M4. A forecast shorter than the horizon is repeated. */
function measured(name: string, pairs: readonly Pair[], forecastOf: (pair: Pair, at: number) => Float64Array): Row {
  const forecasts = pairs.map((pair, at) => {
    const forecast = forecastOf(pair, at);
    return pair.actual.map((_, h) => forecast[h % forecast.length]!);
  });
  return {
    name,
    smape: mean(pairs.map(({ actual }, at) => smape(actual, forecasts[at]!))),
    mase: mean(pairs.map(({ history, actual }, at) => mase(history, actual, forecasts[at]!, SEASON))),
  };
}

/** What the network brought, and what it is alone. */
function learnedOf(pairs: readonly Pair[], without: readonly Forecasted[], withNetwork: readonly Forecasted[]): Learned {
  const used = [...pairs.keys()].filter((at) => withNetwork[at]!.summary.learned?.used);
  const some = used.map((at) => pairs[at]!);
  const of = (results: readonly Forecasted[]): Row => measured('', some, (_, k) => results[used[k]!]!.columns['mean']!);
  const maseAt = (results: readonly Forecasted[], at: number): number =>
    mase(pairs[at]!.history, pairs[at]!.actual, results[at]!.columns['mean']!, SEASON);
  const more = withNetwork.map(({ ms }, at) => ms - without[at]!.ms);
  return {
    series: pairs.length,
    used: used.length,
    of: { without: of(without), with: of(withNetwork), better: used.filter((at) => maseAt(withNetwork, at) < maseAt(without, at)).length },
    alone: measured('', pairs, networkAlone),
    medianMs: percentile(more, 0.5),
    slowestMs: Math.max(...more),
  };
}

function networkAlone({ history }: Pair): Float64Array {
  const seasons = seasonsOf(history, HOUR_MS, { season: SEASON, longSeason: undefined });
  const fitted = learnedModel({ horizon: HORIZON, offset: 0, seed: 1 }).fit(history, seasons);
  return fitted!.from(history, [history.length], HORIZON)[0]!;
}

function timesOf(results: readonly Forecasted[]): { medianMs: number; slowestMs: number } {
  const times = results.map(({ ms }) => ms);
  return { medianMs: percentile(times, 0.5), slowestMs: Math.max(...times) };
}

function intervalsOf(pairs: readonly Pair[], results: readonly Forecasted[]): Intervals {
  const covered = (percent: 80 | 95, from = 0, to = HORIZON): number =>
    mean(
      pairs.map(({ actual }, at) => {
        const { [`lower${percent}`]: lower, [`upper${percent}`]: upper } = results[at]!.columns;
        return coverage(actual.slice(from, to), lower!.slice(from, to), upper!.slice(from, to));
      }),
    );
  const parts = [0, 12, 24, 36].map((from) => ({
    from: from + 1,
    to: from + 12,
    at80: covered(80, from, from + 12),
    at95: covered(95, from, from + 12),
  }));
  const score = pairs.map(({ history, actual }, at) => {
    const { lower95, upper95 } = results[at]!.columns;
    return msis(history, actual, { lower: lower95!, upper: upper95!, level: 0.95 }, SEASON);
  });
  return { at80: covered(80), at95: covered(95), parts, msis95: mean(score) };
}
