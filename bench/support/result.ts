/** A measured result as it is kept in `bench/results`, one file a benchmark. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import type { Bench, Outcome } from './bench.js';
import { describeMachine, describeVersions, type Machine } from './machine.js';

export interface Result extends Outcome {
  bench: string;
  name: string;
  question: string;
  target: Bench['target'];
  verdict: 'reached' | 'stage reached' | 'missed';
  nextLimit: string;
  quick: boolean;
  date: string;
  seconds: number;
  machine: Machine;
  versions: Record<string, string>;
}

/** From `dist/bench/support`. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));
const resultsDir = join(root, 'bench/results');

export function resultOf(bench: Bench, outcome: Outcome, run: { quick: boolean; now: Date; seconds: number }): Result {
  return {
    bench: bench.id,
    name: bench.name,
    question: bench.question,
    ...outcome,
    target: bench.target,
    verdict: verdictOf(bench.target, outcome.value),
    nextLimit: bench.nextLimit,
    quick: run.quick,
    date: run.now.toISOString(),
    seconds: Math.round(run.seconds),
    machine: describeMachine(),
    versions: describeVersions(),
  };
}

export function verdictOf({ compare, must, stage }: Bench['target'], value: number): Result['verdict'] {
  const reaches = (bound: number) => (compare === '>=' ? value >= bound : value <= bound);
  if (reaches(must)) return 'reached';
  return stage !== undefined && reaches(stage) ? 'stage reached' : 'missed';
}

/** A quick run never overwrites a full one. */
export async function saveResult(result: Result): Promise<string> {
  await mkdir(resultsDir, { recursive: true });
  const file = `${result.bench.toLowerCase()}-${result.name}${result.quick ? '.quick' : ''}.json`;
  await writeFile(join(resultsDir, file), `${JSON.stringify(result, null, 2)}\n`);
  return join('bench/results', file);
}

/** Full results, in the order of their numbers. */
export async function readResults(): Promise<Result[]> {
  const files = (await readdir(resultsDir).catch(() => [] as string[])).filter(
    (file) => file.endsWith('.json') && !file.endsWith('.quick.json'),
  );
  const results = await Promise.all(files.map(async (file) => JSON.parse(await readFile(join(resultsDir, file), 'utf8')) as Result));
  return results.sort((a, b) => Number(a.bench.slice(1)) - Number(b.bench.slice(1)));
}
