/** The folder of a Numenta Anomaly Benchmark: series as `<category>/<name>.csv` of `timestamp,value`, windows in one JSON file of its format. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelledSeries } from './scoring.js';

export interface CorpusSeries extends LabelledSeries {
  time: Float64Array;
  value: Float64Array;
}

/** Where the windows may be: beside the series, or as in the repository. */
const LABELS = ['windows.json', 'combined_windows.json', 'labels/combined_windows.json', '../labels/combined_windows.json'];

export function readCorpus(folder: string): CorpusSeries[] {
  const labels = LABELS.map((name) => join(folder, name)).find(existsSync);
  if (!labels) throw new Error(`${folder} holds no windows; looked for ${LABELS.join(', ')}`);
  const windows = JSON.parse(readFileSync(labels, 'utf8')) as Record<string, [string, string][]>;
  const data = existsSync(join(folder, 'data')) ? join(folder, 'data') : folder;
  return readdirSync(data, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.csv') && name in windows)
    .toSorted()
    .map((name) => ({
      name,
      ...readSeries(readFileSync(join(data, name), 'utf8')),
      windows: windows[name]!.map(([from, to]) => [instant(from), instant(to)] as const).toSorted((a, b) => a[0] - b[0]),
    }));
}

export function readSeries(csv: string): { time: Float64Array; value: Float64Array } {
  const rows = csv
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(','))
    .filter((cells) => cells.length >= 2);
  return { time: Float64Array.from(rows, ([time]) => instant(time!)), value: Float64Array.from(rows, ([, value]) => Number(value)) };
}

/** The benchmark's times name no zone; any will do, as long as it has no summer time. */
const instant = (text: string): number =>
  Date.parse(
    `${text
      .trim()
      .replace(' ', 'T')
      .replace(/(\.\d{3})\d*$/, '$1')}Z`,
  );
