/** Trips, stops and passages as lines and marks on a map. */
import type { JsonObject, OperationView, ResultSeriesView } from '#contracts';
import { spanText } from '../alerts/words.js';
import type { CanvasTheme } from '../charts/theme.js';
import type { MapLine, MapMark } from '../map/result-map.js';
import type { TrackPoint } from '../map/track.js';
import { counted, formatNumber } from '../ui/number-text.js';
import { exactTime } from '../time/format.js';
import { columnOf, numbersOf } from './csv.js';
import { isObject } from './overlays.js';

interface Drawing {
  theme: CanvasTheme;
  zone: string;
  picked: number | undefined;
  pick: (row: number) => void;
}

/** Larger for longer stays. */
const RADIUS = { least: 5, most: 16 };

export function marksOf(series: ResultSeriesView, { theme, zone, picked, pick }: Drawing): MapMark[] {
  const isTrips = Array.isArray(series['startLat']);
  const [lats, lons] = [numbersOf(series, isTrips ? 'startLat' : 'enterLat'), numbersOf(series, isTrips ? 'startLon' : 'enterLon')];
  const kinds = columnOf(series, 'kind');
  const lengths = numbersOf(series, isTrips ? 'duration' : 'dwell');
  const longest = Math.max(1, ...lengths.filter((_, row) => kinds[row] !== 'trip' && !Number.isNaN(lengths[row] ?? NaN)));
  return lats.flatMap((lat, row): MapMark[] => {
    const [lon, length] = [lons[row] ?? NaN, lengths[row] ?? NaN];
    if (kinds[row] === 'trip' || Number.isNaN(lat) || Number.isNaN(lon)) return [];
    const radius = RADIUS.least + (RADIUS.most - RADIUS.least) * Math.sqrt(Math.max(0, length || 0) / longest);
    const text = `${isTrips ? 'Stop' : 'Inside'} from ${exactTime(series.time[row] ?? NaN, zone)}, ${lengthText(length)}`;
    return [{ at: [lat, lon], radius, color: (picked === row ? theme.pen : theme.series[5]) ?? '', text, pick: () => pick(row) }];
  });
}

/** Each trip along the track; neighbouring trips in different colours. */
export function tripLines(series: ResultSeriesView, track: readonly TrackPoint[], { theme, zone, picked, pick }: Drawing): MapLine[] {
  const [starts, ends, distances] = [numbersOf(series, 'start'), numbersOf(series, 'end'), numbersOf(series, 'distance')];
  const colors = [theme.series[0], theme.series[1], theme.series[2], theme.series[4]];
  let trips = 0;
  return columnOf(series, 'kind').flatMap((kind, row): MapLine[] => {
    const [start, end] = [starts[row] ?? NaN, ends[row] ?? NaN];
    if (kind !== 'trip') return [];
    const color = (picked === row ? theme.pen : colors[trips++ % colors.length]) ?? '';
    const points = track.filter(({ time }) => time >= start && time <= end);
    const text = `Trip from ${exactTime(start, zone)}, ${lengthText((end - start) / 1_000)}, ${metresText(distances[row] ?? NaN)}`;
    return points.length < 2 ? [] : [{ points, color, weight: picked === row ? 6 : 4, text, pick: () => pick(row) }];
  });
}

/** Where a row begins and ends. */
export function placesOfRow(series: ResultSeriesView, row: number): [number, number][] {
  const pairs = [
    ['startLat', 'startLon'],
    ['endLat', 'endLon'],
    ['enterLat', 'enterLon'],
    ['exitLat', 'exitLon'],
  ] as const;
  return pairs.flatMap(([lat, lon]): [number, number][] => {
    const place: [number, number] = [numbersOf(series, lat)[row] ?? NaN, numbersOf(series, lon)[row] ?? NaN];
    return place.every(Number.isFinite) ? [place] : [];
  });
}

/** Of the whole: the rows that are shown may be a part. */
export function saidOfPlaces({ rows }: OperationView, series: ResultSeriesView, summary: JsonObject): string {
  const told = toldOf(summary, series);
  if (!told) return '';
  const numberOf = (name: string): number => (typeof told[name] === 'number' ? told[name] : NaN);
  const far = `${metresText(numberOf('distance'))} in all`;
  if (Array.isArray(series['kind'])) return `${counted(numberOf('trips'), 'trip')} and ${counted(numberOf('stops'), 'stop')}, ${far}`;
  return rows === 'own' ? counted(numberOf('passages'), 'passage') : far;
}

/** What the summary of a result tells of one field. */
function toldOf({ fields }: JsonObject, { deviceId, field }: ResultSeriesView): JsonObject | undefined {
  const all = Array.isArray(fields) ? fields.filter(isObject) : [];
  return all.find((one) => one['field'] === `${deviceId} ${field}`);
}

export const metresText = (metres: number): string =>
  metres < 1_000 ? `${formatNumber(Math.round(metres))} m` : `${formatNumber(metres / 1_000, metres < 100_000 ? 1 : 0)} km`;

export const lengthText = (seconds: number): string => (Number.isNaN(seconds) ? '–' : spanText(seconds * 1_000));
