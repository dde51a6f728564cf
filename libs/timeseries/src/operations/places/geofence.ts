/** `geofence`: when something went into an area and out again. */
import type { Operation, Progress, ResultSeries, SeriesInput } from '../operation.js';
import type { Values } from '../parameters.js';
import { labelOf, resultSeries } from '../series-columns.js';
import { fixesOf, SPEED_MAX } from './fixes.js';
import { isInside, ringOf, type Ring } from './ring.js';
import type { Place } from './sphere.js';

export const geofence: Operation = {
  name: 'geofence',
  label: 'Geofence passages',
  description: 'When a device came into an area, when it left, and how long it stayed.',
  source: 'Shimrat 1962 (point in polygon)',
  parameters: [
    { name: 'polygon', label: 'Area', description: 'The corners of the area, as [lat, lon].', type: 'polygon' },
    {
      name: 'crossing',
      label: 'Time of crossing',
      description: 'Of the first reading on the other side, or where the straight line between both readings crosses the edge.',
      type: 'choice',
      choices: ['reading', 'interpolated'],
      default: 'reading',
    },
    {
      name: 'dwellMin',
      label: 'Shortest passage',
      description: 'Shorter passages are left out. Left out: all are listed.',
      type: 'duration',
      optional: true,
    },
    SPEED_MAX,
  ],
  input: { kind: 'location', fieldsMin: 1, fieldsMax: 200 },
  columns: [
    { name: 'enter', label: 'Came in', kind: 'time' },
    { name: 'exit', label: 'Went out', kind: 'time' },
    { name: 'dwell', label: 'Stayed (s)', kind: 'number' },
    { name: 'entered', label: 'Seen coming in', kind: 'boolean' },
    { name: 'open', label: 'Still inside', kind: 'boolean' },
    { name: 'enterLat', label: 'In at (lat)', kind: 'number' },
    { name: 'enterLon', label: 'In at (lon)', kind: 'number' },
    { name: 'exitLat', label: 'Out at (lat)', kind: 'number' },
    { name: 'exitLon', label: 'Out at (lon)', kind: 'number' },
  ],
  rows: 'own',
  run(inputs, values, progress) {
    const ring = ringOf(values.polygon as [number, number][]);
    const series = inputs.map((input, at) => {
      return passagesOf(input, ring, values, (done) => progress?.((at + done / 2) / inputs.length));
    });
    const fields = series.map(({ time, columns }, at) => {
      const { dwell, open } = columns as Record<string, Float64Array>;
      const inside = open!.at(-1) === 1;
      return { field: labelOf(inputs[at]!), passages: time.length, dwell: dwell!.reduce((sum, it) => sum + it, 0), inside };
    });
    return { series, summary: { fields } };
  },
};

interface Crossing extends Place {
  time: number;
}

interface Passage {
  enter: Crossing;
  /** Missing while it is still inside: it was last seen there at `seen`. */
  exit?: Crossing;
  seen: number;
  /** False where the first reading is inside already. */
  entered: boolean;
}

function passagesOf(input: SeriesInput, ring: Ring, values: Values, progress: Progress): ResultSeries {
  const { rows, at } = fixesOf(input, values, progress);
  const crossing = values.crossing === 'interpolated' ? interpolated : atReading;
  const passages: Passage[] = [];
  let before: Crossing | undefined;
  let current: Passage | undefined;
  for (const row of rows) {
    const here: Crossing = { ...at(row), time: input.time[row]! };
    const inside = isInside(ring, here);
    if (inside && !current)
      passages.push((current = { enter: before ? crossing(ring, before, here) : here, seen: here.time, entered: !!before }));
    else if (inside) current!.seen = here.time;
    else if (current) {
      current.exit = crossing(ring, before!, here);
      current = undefined;
    }
    before = here;
  }
  const long = passages.filter((it) => dwellOf(it) >= ((values.dwellMin as number | undefined) ?? 0));
  return resultSeries(
    input,
    Float64Array.from(long, ({ enter }) => enter.time),
    columnsOf(long),
  );
}

const dwellOf = ({ enter, exit, seen }: Passage): number => (exit?.time ?? seen) - enter.time;

function columnsOf(passages: Passage[]): Record<string, Float64Array> {
  const column = (of: (passage: Passage) => number) => Float64Array.from(passages, of);
  return {
    enter: column(({ enter }) => enter.time),
    exit: column(({ exit }) => exit?.time ?? NaN),
    dwell: column((passage) => dwellOf(passage) / 1_000),
    entered: column(({ entered }) => Number(entered)),
    open: column(({ exit }) => Number(!exit)),
    enterLat: column(({ enter }) => enter.lat),
    enterLon: column(({ enter }) => enter.lon),
    exitLat: column(({ exit }) => exit?.lat ?? NaN),
    exitLon: column(({ exit }) => exit?.lon ?? NaN),
  };
}

const atReading = (_ring: Ring, _before: Crossing, here: Crossing): Crossing => here;

/** Halves the line between both places until the crossing is known to the microsecond. */
function interpolated(ring: Ring, before: Crossing, here: Crossing): Crossing {
  const startsInside = isInside(ring, before);
  let low = 0;
  let high = 1;
  for (let halving = 0; halving < 52; halving++) {
    const middle = (low + high) / 2;
    if (isInside(ring, between(before, here, middle)) === startsInside) low = middle;
    else high = middle;
  }
  return between(before, here, high);
}

/** Longitudes take the shorter way. */
function between(a: Crossing, b: Crossing, share: number): Crossing {
  const turn = b.lon - a.lon - 360 * Math.round((b.lon - a.lon) / 360);
  const lon = a.lon + turn * share;
  return { lat: a.lat + (b.lat - a.lat) * share, lon: lon - 360 * Math.round(lon / 360), time: a.time + (b.time - a.time) * share };
}
