/** First, lowest, highest and last point of each stretch of a long curve, found by the server. */
import type { SeriesQuery } from '#ports';
import type { CatalogDevice } from './catalog.js';
import { identifier } from './names.js';
import { rowCondition, type Place, type Source } from './rows.js';
import { noExtremes, stretchOf, type Extremes, type Grid } from './stretch-extremes.js';

export interface ExtremesQuery {
  query: SeriesQuery;
  source: Source;
  grid: Grid;
  /** Whether the first and last point of each stretch are wanted, or only those of the whole curve. */
  ends: 'each' | 'outer';
}

/** Statements sent at once: the server answers each in a few milliseconds. */
const STATEMENTS_MAX = 50;

/** InfluxDB groups by whole nanoseconds; it cannot join several fields, nor order more than a thousand readings of one time. */
export function canAskExtremes(device: CatalogDevice, sources: Source[], grid: Grid): boolean {
  return sources.length === 1 && !device.spilled && Number.isInteger(grid.length) && Number.isInteger(grid.from);
}

export async function serverExtremes(place: Place, device: CatalogDevice, asked: ExtremesQuery): Promise<Extremes> {
  const { query, grid, ends } = asked;
  const [low, high] = asked.source.scale < 0 ? (['top', 'bottom'] as const) : (['bottom', 'top'] as const);
  const [lows, highs] = await Promise.all([selected(place, device, asked, low), selected(place, device, asked, high)]);
  const found = noExtremes();
  const highOf = new Map(highs.time.map((time, i) => [stretchOf(time, grid), i]));
  for (const [i, time] of lows.time.entries()) {
    // A reading may have come between the two.
    const at = highOf.get(stretchOf(time, grid));
    if (at === undefined) continue;
    found.minTime.push(time);
    found.minValue.push(lows.value[i]!);
    found.maxTime.push(highs.time[at]!);
    found.maxValue.push(highs.value[at]!);
  }
  const ranges =
    ends === 'outer'
      ? [{ from: query.from, to: query.to }]
      : found.minTime.map((time) => {
          const from = grid.from + stretchOf(time, grid) * grid.length;
          return { from: Math.max(from, query.from), to: Math.min(from + grid.length, query.to) };
        });
  for (let from = 0; from < ranges.length; from += STATEMENTS_MAX)
    await addEnds(place, device, asked, ranges.slice(from, from + STATEMENTS_MAX), found);
  return found;
}

/** `bottom` and `top` keep the time of what they find; of several the earliest. */
async function selected(
  { connection, database }: Place,
  device: CatalogDevice,
  { query, source, grid }: ExtremesQuery,
  name: 'bottom' | 'top',
): Promise<{ time: number[]; value: number[] }> {
  const offset = ((grid.from % grid.length) + grid.length) % grid.length;
  const statement =
    `SELECT ${name}(${identifier(source.key)}, 1) FROM ${device.measurement} ` +
    `WHERE ${rowCondition(device, query)} GROUP BY time(${grid.length}ms, ${offset}ms) fill(none)`;
  const found = { time: [] as number[], value: [] as number[] };
  for await (const { time, columns } of connection.query(database, statement, ['number'])) {
    for (const one of time) found.time.push(one);
    for (const value of columns[0] as Float64Array) found.value.push(value * source.scale + source.offset);
  }
  return found;
}

async function addEnds(
  { connection, database }: Place,
  device: CatalogDevice,
  { query, source }: ExtremesQuery,
  ranges: { from: number; to: number }[],
  found: Extremes,
): Promise<void> {
  const statements = ranges.flatMap((range) => {
    const select = `SELECT ${identifier(source.key)} FROM ${device.measurement} WHERE ${rowCondition(device, { ...range, asOf: query.asOf })}`;
    return [`${select} LIMIT 1`, `${select} ORDER BY time DESC LIMIT 1`];
  });
  for await (const { statement, time, columns } of connection.query(database, statements.join(';'), ['number'])) {
    const value = (columns[0] as Float64Array)[0]! * source.scale + source.offset;
    const [times, values] = statement % 2 === 0 ? [found.firstTime, found.firstValue] : [found.lastTime, found.lastValue];
    times.push(time[0]!);
    values.push(value);
  }
}
