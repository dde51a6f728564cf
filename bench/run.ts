/** `npm run bench [-- NAME …] [--quick]`: runs the named benchmarks, or all, keeps their results and renders the page of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ingest } from './b01-ingest.bench.js';
import { single } from './b02-single.bench.js';
import { live } from './b04-live.bench.js';
import { replay } from './b05-replay.bench.js';
import { downsample } from './b06-downsample.bench.js';
import { memory } from './b07-memory.bench.js';
import { wake } from './b08-wake.bench.js';
import { start } from './b10-start.bench.js';
import { queue } from './b11-queue.bench.js';
import { append } from './b12-append.bench.js';
import { influx } from './b13-influx.bench.js';
import { rules } from './b14-rules.bench.js';
import { backtest } from './b15-backtest.bench.js';
import { analyses } from './b16-analyses.bench.js';
import type { Bench } from './support/bench.js';
import { formatValue, renderPerformance } from './support/render.js';
import { Resources } from './support/resources.js';
import { resultOf, saveResult } from './support/result.js';

const ALL: Bench[] = [ingest, single, live, replay, downsample, memory, wake, start, queue, append, influx, rules, backtest, analyses];
const USAGE = `npm run bench [-- NAME …] [--quick] [--render]

  ${ALL.map((bench) => `${bench.name.padEnd(12)}${bench.id.padEnd(5)}${bench.question}`).join('\n  ')}

  --quick     smaller sizes, results in *.quick.json
  --render    only writes docs/reference/performance.md from the results there are
`;

const say = (text: string) => void process.stdout.write(`${text}\n`);
const resources = new Resources();
process.on('SIGINT', () => void resources.release().finally(() => process.exit(130)));

const args = process.argv.slice(2);
const flags = new Set(args.filter((arg) => arg.startsWith('--')));
const names = args.filter((arg) => !arg.startsWith('--')).map((name) => name.toLowerCase());
const unknown = [
  ...names.filter((name) => !ALL.some((bench) => isNamed(bench, name))),
  ...[...flags].filter((flag) => !['--quick', '--render', '--help'].includes(flag)),
];

if (flags.has('--help') || unknown.length > 0) {
  say((unknown.length > 0 ? `Not understood: ${unknown.join(' ')}\n\n` : '') + USAGE);
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else if (!flags.has('--render')) {
  const chosen = names.length === 0 ? ALL : ALL.filter((bench) => names.some((name) => isNamed(bench, name)));
  for (const bench of chosen) if (!(await runOne(bench, flags.has('--quick')))) process.exitCode = 1;
}
if (!flags.has('--help')) await renderPerformance();

async function runOne(bench: Bench, quick: boolean): Promise<boolean> {
  say(`\n${bench.id} ${bench.name}: ${bench.question}`);
  const startedAt = performance.now();
  try {
    const outcome = await resources.scope((inner) => bench.run({ quick, resources: inner, say: (text) => say(`  ${text}`) }));
    const result = resultOf(bench, outcome, { quick, now: new Date(), seconds: (performance.now() - startedAt) / 1_000 });
    const file = await saveResult(result);
    say(
      `  ${bench.target.of}: ${formatValue(result.value)} ${bench.target.unit} (must be ${bench.target.compare} ${bench.target.must}): ${result.verdict}. → ${file}`,
    );
    // What was stopped gives its memory and its disk back before the next one starts.
    await sleep(1_000);
    return true;
  } catch (error) {
    say(`  failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return false;
  }
}

function isNamed(bench: Bench, name: string): boolean {
  return bench.name === name || bench.id.toLowerCase() === name;
}
