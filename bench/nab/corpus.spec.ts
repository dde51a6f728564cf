import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readCorpus } from './corpus.js';
import { evaluate } from './evaluate.js';

const ROWS = 100;
const time = (row: number) => `2014-04-01 ${String(Math.floor(row / 12)).padStart(2, '0')}:${String((row % 12) * 5).padStart(2, '0')}:00`;
const CSV = `timestamp,value\n${Array.from({ length: ROWS }, (_, i) => `${time(i)},${i / 4}`).join('\n')}\n`;
const WINDOWS = JSON.stringify({ 'real/a.csv': [[`${time(60)}.000000`, `${time(69)}.000000`]], 'made/b.csv': [] });

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));
function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'nab-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe('a corpus', () => {
  it.each([
    ['beside its windows', { 'windows.json': WINDOWS, 'real/a.csv': CSV, 'made/b.csv': CSV }],
    ['as in the repository', { 'labels/combined_windows.json': WINDOWS, 'data/real/a.csv': CSV, 'data/made/b.csv': CSV, 'README.md': '' }],
  ])('is read %s', (_name, files: Record<string, string>) => {
    const [b, a] = readCorpus(folderOf(files));
    expect([b!.name, a!.name]).toEqual(['made/b.csv', 'real/a.csv']);
    expect(a!.time).toHaveLength(ROWS);
    expect(a!.time[1]! - a!.time[0]!).toBe(300_000);
    expect([...a!.value.slice(0, 3)]).toEqual([0, 0.25, 0.5]);
    expect(a!.windows).toEqual([[a!.time[60], a!.time[69]]]);
  });

  it('without windows is refused', () => {
    expect(() => readCorpus(folderOf({ 'real/a.csv': CSV }))).toThrow('holds no windows');
  });
});

describe('a verdict', () => {
  const corpus = () => readCorpus(folderOf({ 'windows.json': WINDOWS, 'real/a.csv': CSV, 'made/b.csv': CSV }));
  const scores = (...found: number[]) => [
    new Float64Array(ROWS),
    Float64Array.from({ length: ROWS }, (_, i) => (found.includes(i) ? 0.9 : 0)),
  ];

  it('is 100 for the first reading of each window alone', () => {
    const { profiles, leaveOneOut, atDefault } = evaluate(corpus(), scores(60));
    for (const verdict of Object.values(profiles)) expect(verdict).toMatchObject({ threshold: 0.9, found: 1, inVain: 0 });
    for (const verdict of Object.values(profiles)) expect(verdict.score).toBeCloseTo(100, 9);
    expect(atDefault).toBeCloseTo(100, 9);
    // Of the other series alone no threshold can be learnt but the one above all.
    expect(leaveOneOut).toBe(0);
  });

  it('is 0 for silence, and forgets what is detected while learning', () => {
    expect(evaluate(corpus(), scores()).profiles.standard.score).toBe(0);
    expect(evaluate(corpus(), scores(3, 14)).atDefault).toBe(0);
    expect(evaluate(corpus(), scores(15)).atDefault).toBeLessThan(0);
  });
});
