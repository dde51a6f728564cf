/** Pictures: few points of a curve that look like all of it. Long curves are reduced in SQL before they leave DuckDB. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { SeriesColumns, SeriesQuery } from '#ports';
import {
  LTTB_EXACT_MAX,
  lttb,
  lttbOfMinMax,
  m4Groups,
  mergePoints,
  minMaxStretches,
  pointsOfM4,
  stretchLength,
  type Points,
} from '#timeseries';
import { resultOf } from './chunks.js';
import type { CatalogDevice, DeviceCatalog } from './device-catalog.js';
import { deviceRows, double } from './device-rows.js';
import { rawOf } from './raw-query.js';
import { badQuery } from '../shared/series-errors.js';

type PictureQuery = SeriesQuery & { picture: NonNullable<SeriesQuery['picture']> };

/** Each field's points are chosen by themselves, so several fields share the points asked for; the rows are the union of their times. */
export async function pictureOf(
  connection: DuckDBConnection,
  catalog: DeviceCatalog,
  device: CatalogDevice,
  query: PictureQuery,
): Promise<SeriesColumns> {
  const rows = deviceRows(catalog, device, query.fields, { ...query, only: true });
  const text = query.fields.find((_, i) => rows.kinds[i] === 'text');
  if (text !== undefined) throw badQuery(`"${text}" is text: a picture needs numbers`);
  const { of, counts } = await countsOf(connection, rows.sql, query.fields.length);
  if (of <= query.picture.points) return rawOf(connection, catalog, device, query);
  const points = Math.floor(query.picture.points / query.fields.length);
  if (points < 1) throw badQuery(`${query.picture.points} points are too few for ${query.fields.length} fields`);
  const curves: Points[] = [];
  for (const [i, field] of query.fields.entries()) {
    const curve = deviceRows(catalog, device, [field], { ...query, only: true }).sql;
    curves.push(await curveOf(connection, curve, counts[i]!, points, query));
  }
  const merged = mergePoints(curves);
  return { of, time: merged.time, fields: Object.fromEntries(query.fields.map((field, i) => [field, { value: merged.values[i]! }])) };
}

async function countsOf(connection: DuckDBConnection, rows: string, fields: number): Promise<{ of: number; counts: number[] }> {
  const columns = Array.from({ length: fields }, (_, i) => `, CAST(count(f${i}) AS DOUBLE)`).join('');
  const result = await resultOf(connection, `SELECT CAST(count(*) AS DOUBLE)${columns} FROM ${rows}`);
  return { of: result.doubles(0)[0]!, counts: Array.from({ length: fields }, (_, i) => result.doubles(1 + i)[0]!) };
}

async function curveOf(connection: DuckDBConnection, rows: string, count: number, points: number, query: PictureQuery): Promise<Points> {
  const exact = count <= points || (query.picture.method === 'lttb' && count <= LTTB_EXACT_MAX);
  if (exact) {
    const result = await resultOf(connection, `SELECT time, f0 FROM ${rows} ORDER BY time, ord`);
    return lttb(result.doubles(0), result.doubles(1), points);
  }
  if (query.picture.method === 'm4') return pointsOfM4(await extremesOf(connection, rows, m4Groups(points), query), points);
  const extremes = await extremesOf(connection, rows, minMaxStretches(points), query);
  const last = extremes.lastTime.length - 1;
  return lttbOfMinMax(
    extremes,
    { time: extremes.firstTime[0]!, value: extremes.firstValue[0]! },
    { time: extremes.lastTime[last]!, value: extremes.lastValue[last]! },
    points,
  );
}

/** First, lowest, highest and last point of equal stretches of [from, to). Twice over the rows is faster, and more exact among equals, than `arg_min`. */
async function extremesOf(connection: DuckDBConnection, rows: string, stretches: number, query: SeriesQuery): Promise<Extremes> {
  const stretch = `least(floor((time - ${double(query.from)}) / ${double(stretchLength(query, stretches))}), ${double(stretches - 1)})`;
  const result = await resultOf(
    connection,
    `
      WITH points AS NOT MATERIALIZED (SELECT ${stretch} AS s, time, ord, f0 FROM ${rows}),
        bounds AS MATERIALIZED (SELECT s, min(time) AS first, max(time) AS last, min(f0) AS low, max(f0) AS high FROM points GROUP BY s)
      SELECT any_value(first), arg_min(f0, ord) FILTER (time = first), min(time) FILTER (f0 = low), any_value(low),
        min(time) FILTER (f0 = high), any_value(high), any_value(last), arg_max(f0, ord) FILTER (time = last)
      FROM points JOIN bounds USING (s) GROUP BY s ORDER BY s`,
  );
  const [firstTime, firstValue, minTime, minValue, maxTime, maxValue, lastTime, lastValue] = Array.from({ length: 8 }, (_, i) =>
    result.doubles(i),
  ) as Eight;
  return { firstTime, firstValue, minTime, minValue, maxTime, maxValue, lastTime, lastValue };
}

type F = Float64Array;
type Eight = [F, F, F, F, F, F, F, F];
type Extremes = Record<'firstTime' | 'firstValue' | 'minTime' | 'minValue' | 'maxTime' | 'maxValue' | 'lastTime' | 'lastValue', F>;
