/** A file analysed without a server: rows as they stand in it, in one pass or as a whole, and clear words where it cannot be. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../test/run-cli.js';

let dir: string;
let file: string;
let output: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'thingsio-analyse-'));
  [file, output] = [join(dir, 'in.csv'), join(dir, 'out.csv')];
});
afterEach(() => rm(dir, { recursive: true }));

const HOURS = Array.from({ length: 24 * 21 }, (_, hour) => hour);
const stamp = (hour: number): string => new Date(Date.UTC(2026, 0, 1) + hour * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
const daily = (hour: number): number => 20 + 5 * Math.sin((hour / 12) * Math.PI) + ((hour * 7919) % 13) / 10;
const tableOf = (rows: number[]): string => `timestamp,v\n${rows.map((hour) => `${stamp(hour)},${daily(hour)}`).join('\n')}\n`;

async function analyse(operation: string, ...more: string[]): Promise<string[][]> {
  const { code } = await runCli('', ['analyse', operation, file, '--time', 'timestamp', '--field', 'v', '--output', output, ...more]);
  expect(code).toBe(0);
  return (await readFile(output, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
}

describe('thingsio analyse', () => {
  it('gives a row for each row, with its time as it stands in the file', async () => {
    await writeFile(file, tableOf(HOURS));
    const [header, ...rows] = await analyse('anomalies');

    expect(header).toEqual(['time', 'value', 'score', 'anomaly']);
    expect(rows.map(([time]) => time)).toEqual(HOURS.map(stamp));
    expect(rows.map(([, value]) => Number(value))).toEqual(HOURS.map(daily));
    for (const [, , score, anomaly] of rows) {
      expect(Number(score)).toBeGreaterThanOrEqual(0);
      expect(Number(score)).toBeLessThanOrEqual(1);
      expect(anomaly).toMatch(/^(true|false)$/);
    }
  });

  it('gives the same in one pass and as a whole', async () => {
    await writeFile(file, tableOf(HOURS));
    for (const operation of ['anomalies', 'moving-average', 'difference']) {
      const onePass = await analyse(operation);
      expect(await analyse(operation, '--summary', join(dir, 'why.json'))).toEqual(onePass);
    }
  });

  it('gives a row for each step ahead', async () => {
    await writeFile(file, tableOf(HOURS));
    const [header, ...rows] = await analyse('forecast', '--params', '{"horizon": 48}');

    expect(header).toEqual(['time', 'mean', 'lower80', 'upper80', 'lower95', 'upper95']);
    expect(rows.map(([time]) => time)).toEqual(Array.from({ length: 48 }, (_, ahead) => stamp(HOURS.length + ahead)));
    for (const [, ...cells] of rows) {
      const [mean, lower80, upper80, lower95, upper95] = cells.map(Number) as [number, number, number, number, number];
      expect([lower95, lower80, mean, upper80, upper95]).toEqual([lower95, lower80, mean, upper80, upper95].sort((a, b) => a - b));
    }
  });

  it('takes rows in any order, and gives them in that order', async () => {
    const shuffled = [5, 3, 4, 0, 1, 2];
    await writeFile(file, tableOf(shuffled));
    const [, ...rows] = await analyse('moving-average', '--params', '{"count": 2, "align": "centred"}');

    expect(rows.map(([time]) => time)).toEqual(shuffled.map(stamp));
    const inOrder = tableOf([0, 1, 2, 3, 4, 5]);
    await writeFile(file, inOrder);
    const [, ...sorted] = await analyse('moving-average', '--params', '{"count": 2, "align": "centred"}');
    expect([...rows].sort()).toEqual(sorted);
  });

  it('leaves empty what has no value', async () => {
    await writeFile(file, 'timestamp,v\n1770000000,1\n1770000060,\n1770000120,NaN\n1770000180,4\n');
    expect(await analyse('difference')).toEqual([
      ['time', 'value'],
      ['1770000000', ''],
      ['1770000060', ''],
      ['1770000120', ''],
      ['1770000180', '3'],
    ]);
  });

  it.each([
    ['an operation that there is not', ['nope', '--time', 'timestamp', '--field', 'v'], /no operation "nope"; there are moving-average,/],
    ['a column that there is not', ['anomalies', '--time', 'timestamp', '--field', 'w'], /no column "w"; it has timestamp, v/],
    [
      'a parameter that there is not',
      ['anomalies', '--time', 'timestamp', '--field', 'v', '--params', '{"x": 1}'],
      /"x" is not a parameter/,
    ],
    ['parameters that are no JSON', ['anomalies', '--time', 'timestamp', '--field', 'v', '--params', '{x'], /must be a JSON object/],
    ['too few fields', ['correlation', '--time', 'timestamp', '--field', 'v'], /takes 2 to \d+ fields/],
    ['no field', ['anomalies', '--time', 'timestamp'], /--field COLUMN/],
    ['no time', ['anomalies', '--field', 'v'], /--time COLUMN/],
  ])('says what is wrong of %s', async (_, [operation, ...options], why) => {
    await writeFile(file, tableOf([0, 1, 2]));
    await expect(runCli('', ['analyse', operation!, file, ...options])).rejects.toThrow(why);
  });

  it('lists what may be given to an operation', async () => {
    const { text } = await runCli('', ['analyse', 'anomalies', '--help-params']);
    expect(text).toMatch(/detector +choice: .* \(one of ensemble, .*; default: "ensemble"\)/);
    expect(text).toMatch(/threshold +number: .* \(0 to 1; default: 0.5\)/);
    expect((await runCli('', ['analyse', 'geofence', '--help-params'])).text).toMatch(/polygon +polygon: .* \(required\)/);
    expect((await runCli('', ['analyse', 'forecast', '--help-params'])).text).toMatch(/season +integer: .*may be left out\)/);
  });

  it('names the line of what is no number or no time', async () => {
    await writeFile(file, 'timestamp,v\n2026-01-01,1\n2026-01-02,warm\n');
    await expect(analyse('difference')).rejects.toThrow('"warm" in line 3, column "v", is not a number.');
    await writeFile(file, 'timestamp,v\n2026-01-01,1\nsoon,2\n');
    await expect(analyse('difference')).rejects.toThrow('"soon" in line 3, column "timestamp", is not a time like "2026-01-01".');
  });
});
