/** Writes docs/reference/performance.md from the results, so that no figure is typed by hand. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readResults, root, type Result } from './result.js';

const VERDICTS: Record<Result['verdict'], string> = {
  reached: 'reached',
  'stage reached': 'this stage’s aim reached',
  missed: '**missed**',
};

export async function renderPerformance(): Promise<void> {
  await writeFile(join(root, 'docs/reference/performance.md'), performancePage(await readResults()));
}

export function performancePage(results: Result[]): string {
  return [
    '# Performance',
    '',
    'Made by `npm run bench` from [bench/results](../../bench/results); do not edit. Each benchmark measures thingsIO and its peer in the same run, in',
    'turns, so that what drifts on a machine hits both: the ratios are what counts. [bench](../../bench/README.md) says how to run them.',
    '',
    '| | what | value | must be | verdict |',
    '| --- | --- | --- | --- | --- |',
    ...results.map(
      (it) =>
        `| [${it.bench}](#${anchorOf(it)}) | ${it.target.of} | ${formatValue(it.value)} ${it.target.unit} | ${boundOf(it)} | ${verdictText(it)} |`,
    ),
    '',
    ...results.flatMap(section),
  ].join('\n');
}

function section(result: Result): string[] {
  const { machine, versions } = result;
  return [
    `## ${headingOf(result)}`,
    '',
    result.question,
    '',
    '| | median | samples |',
    '| --- | --- | --- |',
    ...result.figures.map(
      ({ name, unit, median, samples }) => `| ${name} | **${formatValue(median)}** ${unit} | ${samples.map(formatValue).join(' · ')} |`,
    ),
    '',
    `${result.target.of}: **${formatValue(result.value)} ${result.target.unit}** (must be ${boundOf(result)}): ${verdictText(result)}.`,
    '',
    ...result.notes.map((note) => `- ${note}`),
    ...(result.nextLimit ? ['', `What limits it next: ${result.nextLimit}`] : []),
    '',
    `<sub>${result.date.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, Linux ${machine.kernel}; ${Object.entries(
      versions,
    )
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}</sub>`,
    '',
  ];
}

function headingOf({ bench, name }: Result): string {
  return `${bench} ${name}`;
}

function anchorOf(result: Result): string {
  return headingOf(result).toLowerCase().replaceAll(' ', '-');
}

function boundOf({ target }: Result): string {
  const stage = target.stage === undefined ? '' : ` (this stage: ${target.compare === '>=' ? '≥' : '≤'} ${target.stage})`;
  return `${target.compare === '>=' ? '≥' : '≤'} ${formatValue(target.must)} ${target.unit}${stage}`;
}

function verdictText({ verdict }: Result): string {
  return VERDICTS[verdict];
}

export function formatValue(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
