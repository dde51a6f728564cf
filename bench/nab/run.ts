/**
 * `node dist/bench/nab/run.js FOLDER [--detector NAME,…] [--scores FOLDER] [--json]`: scores the detectors of the operation `anomalies` with the Numenta
 * Anomaly Benchmark, one set of parameters for all series. `FOLDER` is the benchmark's, or any of its form.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { operationOf, readParameters } from '#timeseries';
import { readCorpus, type CorpusSeries } from './corpus.js';
import { type Evaluation, evaluate } from './evaluate.js';
import { PROFILES, type ProfileName } from './scoring.js';

const operation = operationOf('anomalies')!;
const choices = operation.parameters.flatMap((it) => (it.name === 'detector' && it.type === 'choice' ? it.choices : []));
const say = (text: string) => void process.stdout.write(`${text}\n`);

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { detector: { type: 'string' }, scores: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
});
const names = options.detector?.split(',') ?? choices;
if (options.help || positionals.length !== 1 || names.some((name) => !choices.includes(name))) {
  say(`node dist/bench/nab/run.js FOLDER [--detector NAME,…] [--scores FOLDER] [--json]

  FOLDER      holds <category>/<name>.csv and windows.json, or is a checkout of github.com/numenta/NAB
  --detector  of ${choices.join(', ')}; all if left out
  --scores    where to write the score of every reading, as CSV
  --json      all numbers, machine-readable`);
  process.exitCode = options.help ? 0 : 2;
} else {
  measure(corpusIn(positionals[0]!));
}

interface Row extends Evaluation {
  detector: string;
  readingsPerSecond: number;
}

/** A folder that is none of the benchmark's is said in one line. */
function corpusIn(folder: string): CorpusSeries[] {
  try {
    return readCorpus(folder);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}

function measure(corpus: readonly CorpusSeries[]): void {
  const rows = names.map((detector): Row => {
    corpus.forEach((series) => scoresOf(detector, series)); // until it is compiled
    const started = process.cpuUsage();
    const scores = corpus.map((series) => scoresOf(detector, series));
    const seconds = process.cpuUsage(started).user / 1e6;
    const readings = corpus.reduce((sum, { time }) => sum + time.length, 0);
    if (options.scores) corpus.forEach((series, at) => writeScores(join(options.scores!, detector), series, scores[at]!));
    return { detector, readingsPerSecond: Math.round(readings / seconds), ...evaluate(corpus, scores) };
  });
  say(options.json ? JSON.stringify(rows, null, 2) : tableOf(corpus, rows));
}

function scoresOf(detector: string, { name, time, value }: CorpusSeries): Float64Array {
  const { series } = operation.run(
    [{ deviceId: name, field: 'value', time, parts: { value } }],
    readParameters(operation.parameters, { detector }),
  );
  return series[0]!.columns['score'] as Float64Array;
}

function writeScores(folder: string, { name, time, value }: CorpusSeries, scores: Float64Array): void {
  const rows = [...time].map((at, i) => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')},${value[i]},${scores[i]}`);
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), `timestamp,value,anomaly_score\n${rows.join('\n')}\n`);
}

/** Markdown, as in docs/reference/anomalies.md. */
function tableOf(corpus: readonly CorpusSeries[], rows: readonly Row[]): string {
  const profiles = Object.keys(PROFILES) as ProfileName[];
  const windows = corpus.reduce((sum, series) => sum + series.windows.length, 0);
  const head = ['detector', ...profiles, 'leave one out', 'at 0.5', 'threshold', 'found', 'in vain', 'readings/s'];
  const lines = rows.map((row) => [
    `\`${row.detector}\``,
    ...profiles.map((name) => row.profiles[name].score.toFixed(1)),
    ...[row.leaveOneOut, row.atDefault].map((score) => score.toFixed(1)),
    row.profiles.standard.threshold.toFixed(3),
    `${row.profiles.standard.found} of ${windows}`,
    String(row.profiles.standard.inVain),
    `${(row.readingsPerSecond / 1e6).toPrecision(2)} M`,
  ]);
  return [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
