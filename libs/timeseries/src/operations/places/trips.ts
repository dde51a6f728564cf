/** `trips`: where a device stopped, for how long, and how it went from stop to stop. */
import type { Operation, Progress, ResultSeries, SeriesInput } from '../operation.js';
import type { Values } from '../parameters.js';
import { labelOf, resultSeries } from '../series-columns.js';
import { fixesOf, SPEED_MAX, type Fixes } from './fixes.js';
import { distanceBetween, type Place } from './sphere.js';
import { staysIn, type Stay } from './stays.js';

export const trips: Operation = {
  name: 'trips',
  label: 'Trips and stops',
  description: 'The stops of a device with their length, and the trips between them with start, end, distance and duration.',
  source: 'Li et al. 2008 (stay points)',
  parameters: [
    {
      name: 'radius',
      label: 'Radius of a stop',
      description: 'In m. While the device is no farther from where it came to rest, it stands.',
      type: 'number',
      min: 1,
      max: 100_000,
      default: 100,
      unit: 'm',
    },
    {
      name: 'dwell',
      label: 'Shortest stop',
      description: 'A device that stands for less has not stopped.',
      type: 'duration',
      default: '5m',
    },
    {
      name: 'gapMax',
      label: 'Longest silence of a trip',
      description: 'After a longer time without readings on the way, another trip begins. Left out: no silence ends one.',
      type: 'duration',
      optional: true,
    },
    SPEED_MAX,
  ],
  input: { kind: 'location', fieldsMin: 1, fieldsMax: 50 },
  columns: [
    { name: 'kind', label: 'Trip or stop', kind: 'text' },
    { name: 'start', label: 'From', kind: 'time' },
    { name: 'end', label: 'To', kind: 'time' },
    { name: 'duration', label: 'Duration (s)', kind: 'number' },
    { name: 'distance', label: 'Distance (m)', kind: 'number' },
    { name: 'speedMean', label: 'Mean speed (m/s)', kind: 'number' },
    { name: 'startLat', label: 'Start (lat)', kind: 'number' },
    { name: 'startLon', label: 'Start (lon)', kind: 'number' },
    { name: 'endLat', label: 'End (lat)', kind: 'number' },
    { name: 'endLon', label: 'End (lon)', kind: 'number' },
    { name: 'readings', label: 'Readings', kind: 'number' },
  ],
  rows: 'own',
  run(inputs, values, progress) {
    const series = inputs.map((input, at) => {
      return tripsOf(input, values, (done) => progress?.((at + done / 2) / inputs.length));
    });
    return { series, summary: { fields: series.map((it, at) => ({ field: labelOf(inputs[at]!), ...summaryOf(it) })) } };
  },
};

/** A stop (both places its middle) or a trip: the fixes [first, last]. */
interface Stretch {
  kind: 'stop' | 'trip';
  first: number;
  last: number;
  from: Place;
  to: Place;
  distance: number;
}

function tripsOf(input: SeriesInput, values: Values, progress: Progress): ResultSeries {
  const fixes = fixesOf(input, values, progress);
  const { time } = input;
  const stays = staysIn(fixes, time, { radius: values.radius as number, dwell: values.dwell as number });
  const stretches: Stretch[] = [];
  let from = 0;
  for (const stay of stays) {
    stretches.push(...tripsBetween(fixes, time, { first: from, last: stay.first }, values), stopOf(stay));
    from = stay.last;
  }
  stretches.push(...tripsBetween(fixes, time, { first: from, last: fixes.rows.length - 1 }, values));
  const at = (fix: number) => time[fixes.rows[fix]!]!;
  return resultSeries(
    input,
    Float64Array.from(stretches, ({ first }) => at(first)),
    columnsOf(stretches, at),
  );
}

const stopOf = ({ first, last, middle }: Stay): Stretch => ({ kind: 'stop', first, last, from: middle, to: middle, distance: 0 });

/** One trip, or several where there was silence or a jump on the way. */
function tripsBetween(
  { rows, jumps, at }: Fixes,
  time: Float64Array,
  span: { first: number; last: number },
  { gapMax }: Values,
): Stretch[] {
  const found: Stretch[] = [];
  const end = (first: number, last: number, distance: number) => {
    if (last > first) found.push({ kind: 'trip', first, last, from: at(rows[first]!), to: at(rows[last]!), distance });
  };
  let first = span.first;
  let distance = 0;
  for (let fix = span.first + 1; fix <= span.last; fix++) {
    const [before, here] = [rows[fix - 1]!, rows[fix]!];
    if (jumps.has(here) || time[here]! - time[before]! > ((gapMax as number | undefined) ?? Infinity)) {
      end(first, fix - 1, distance);
      first = fix;
      distance = 0;
    } else distance += distanceBetween(at(before), at(here));
  }
  end(first, span.last, distance);
  return found;
}

function columnsOf(stretches: Stretch[], at: (fix: number) => number): ResultSeries['columns'] {
  const column = (of: (stretch: Stretch) => number) => Float64Array.from(stretches, of);
  const seconds = ({ first, last }: Stretch) => (at(last) - at(first)) / 1_000;
  return {
    kind: stretches.map(({ kind }) => kind),
    start: column(({ first }) => at(first)),
    end: column(({ last }) => at(last)),
    duration: column(seconds),
    distance: column(({ distance }) => distance),
    speedMean: column((it) => (seconds(it) > 0 ? it.distance / seconds(it) : NaN)),
    startLat: column(({ from }) => from.lat),
    startLon: column(({ from }) => from.lon),
    endLat: column(({ to }) => to.lat),
    endLon: column(({ to }) => to.lon),
    readings: column(({ first, last }) => last - first + 1),
  };
}

function summaryOf({ columns }: ResultSeries) {
  const kind = columns.kind as readonly string[];
  const total = (column: string, of: string) =>
    (columns[column] as Float64Array).reduce((sum, it, row) => (kind[row] === of ? sum + it : sum), 0);
  return {
    trips: kind.filter((it) => it === 'trip').length,
    stops: kind.filter((it) => it === 'stop').length,
    distance: total('distance', 'trip'),
    moving: total('duration', 'trip'),
    standing: total('duration', 'stop'),
  };
}
