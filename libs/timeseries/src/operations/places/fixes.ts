/** The places of a device in time, without those it cannot have been at. */
import type { Progress, SeriesInput } from '../operation.js';
import type { Parameter, Values } from '../parameters.js';
import { partOf } from '../series-columns.js';
import { distanceBetween, isPlace, type Place } from './sphere.js';

export const SPEED_MAX: Parameter & { type: 'number' } = {
  name: 'speedMax',
  label: 'Highest speed',
  description: 'In m/s. A place that could only be reached faster is taken for an error of the receiver and left out.',
  type: 'number',
  min: 0.1,
  max: 100_000,
  default: 100,
  unit: 'm/s',
};

export interface Fixes {
  /** Rows that count, ascending. */
  rows: Uint32Array;
  /** 1 where a row has a place that cannot be. */
  outlier: Float64Array;
  /** The rows that count and cannot have been reached from the one before: what lies between is not known. */
  jumps: ReadonlySet<number>;
  at(row: number): Place;
}

/** So many places in a row that agree with each other are right, and the one before them was not. */
const AGREEING = 3;
/** Receivers give two places a little apart for the same moment. */
const SHORTEST_MS = 1_000;

/** Few enough that a cancelled run ends soon. */
const ROWS_BETWEEN_REPORTS = 65_536;

/** One pass; `speedMax` in m/s. */
export function fixesOf(input: SeriesInput, { speedMax }: Values, progress?: Progress): Fixes {
  const { time } = input;
  const lat = partOf(input, 'lat');
  const lon = partOf(input, 'lon');
  const at = (row: number): Place => ({ lat: lat[row]!, lon: lon[row]! });
  const reachable = (from: number, to: number) =>
    distanceBetween(at(from), at(to)) <= ((speedMax as number) * Math.max(SHORTEST_MS, time[to]! - time[from]!)) / 1_000;
  const rows: number[] = [];
  const jumps: number[] = [];
  let doubted: number[] = [];
  for (let row = 0; row < time.length; row++) {
    if (row % ROWS_BETWEEN_REPORTS === 0) progress?.(row / time.length);
    if (!isPlace(at(row))) continue;
    if (rows.length > 0 && !reachable(rows.at(-1)!, row)) {
      if (doubted.length > 0 && !reachable(doubted.at(-1)!, row)) doubted = [];
      doubted.push(row);
      if (doubted.length < AGREEING) continue;
      const runStart = jumps.length > 0 ? rows.lastIndexOf(jumps.at(-1)!) : 0;
      if (rows.length - runStart < AGREEING) rows.length = runStart;
      else jumps.push(doubted[0]!);
      rows.push(...doubted);
    } else rows.push(row);
    doubted = [];
  }
  const outlier = time.map((_, row) => (isPlace(at(row)) ? 1 : 0));
  for (const row of rows) outlier[row] = 0;
  return { rows: Uint32Array.from(rows), outlier, jumps: new Set(jumps), at };
}
