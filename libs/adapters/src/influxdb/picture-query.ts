/** Pictures: few points of a curve that look like all of it. Of long curves the server gives the extremes of each stretch. */
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
import { badQuery } from '../shared/series-errors.js';
import type { CatalogDevice } from './catalog.js';
import { presenceOf } from './counts.js';
import { rawOf } from './raw-query.js';
import { kindOf, rowsOf, type Place, type Source } from './rows.js';
import { StretchExtremes, type Extremes } from './stretch-extremes.js';
import { canAskExtremes, serverExtremes } from './server-extremes.js';

export type PictureQuery = SeriesQuery & { picture: NonNullable<SeriesQuery['picture']> };

/** Each field's points are chosen by themselves, so several fields share the points asked for; the rows are the union of their times. */
export async function pictureOf(place: Place, device: CatalogDevice, query: PictureQuery): Promise<SeriesColumns> {
  const readers = query.fields.map((field) => device.layout.slots.reading.get(field));
  const text = query.fields.find((_, i) => kindOf(readers[i]) === 'text');
  if (text !== undefined) throw badQuery(`"${text}" is text: a picture needs numbers`);
  const { of, counts, sources } = await presenceOf(place, device, query, readers);
  if (of <= query.picture.points) return rawOf(place, device, query);
  const points = Math.floor(query.picture.points / query.fields.length);
  if (points < 1) throw badQuery(`${query.picture.points} points are too few for ${query.fields.length} fields`);
  const curves: Points[] = [];
  for (const [i, field] of query.fields.entries())
    curves.push(await curveOf(place, device, { query: { ...query, fields: [field] }, count: counts[i]!, sources: sources[i]!, points }));
  const merged = mergePoints(curves);
  return { of, time: merged.time, fields: Object.fromEntries(query.fields.map((field, i) => [field, { value: merged.values[i]! }])) };
}

interface Curve {
  query: PictureQuery;
  count: number;
  sources: Source[];
  points: number;
}

/** M4 asks the server twice for each stretch: shorter curves are read whole. */
const READ_WHOLE_MAX = { lttb: LTTB_EXACT_MAX, m4: 1_000_000 };

async function curveOf(place: Place, device: CatalogDevice, { query, count, sources, points }: Curve): Promise<Points> {
  const { method } = query.picture;
  if (count <= points || (method === 'lttb' && count <= LTTB_EXACT_MAX)) {
    const { time, fields } = await rawOf(place, device, query);
    return lttb(time, fields[query.fields[0]!]!.value as Float64Array, points);
  }
  const stretches = method === 'm4' ? m4Groups(points) : minMaxStretches(points);
  const grid = { from: query.from, length: stretchLength(query, stretches), stretches };
  const asked = count > READ_WHOLE_MAX[method] && canAskExtremes(device, sources, grid);
  const extremes = asked
    ? await serverExtremes(place, device, { query, source: sources[0]!, grid, ends: method === 'm4' ? 'each' : 'outer' })
    : await readExtremes(place, device, query, new StretchExtremes(grid));
  if (method === 'm4') return pointsOfM4(extremes, points);
  const last = extremes.lastTime.length - 1;
  return lttbOfMinMax(
    extremes,
    { time: extremes.firstTime[0]!, value: extremes.firstValue[0]! },
    { time: extremes.lastTime[last]!, value: extremes.lastValue[last]! },
    points,
  );
}

async function readExtremes(place: Place, device: CatalogDevice, query: PictureQuery, extremes: StretchExtremes): Promise<Extremes> {
  const fields = query.fields.map((field) => device.layout.slots.reading.get(field));
  for await (const rows of rowsOf(place, device, { ...query, fields })) extremes.add(rows.time, rows.fields[0] as Float64Array);
  return extremes.columns();
}
