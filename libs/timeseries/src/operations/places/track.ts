/** `track`: how fast, how far and in which direction something moves. */
import type { Operation, Progress, ResultSeries, SeriesInput } from '../operation.js';
import type { Values } from '../parameters.js';
import { labelOf, resultSeries } from '../series-columns.js';
import { fixesOf, SPEED_MAX } from './fixes.js';
import { distanceBetween, headingBetween } from './sphere.js';

export const track: Operation = {
  name: 'track',
  label: 'Speed, distance, heading',
  description: 'Speed, distance covered and direction from place to place. Jumps that cannot be are marked and not counted.',
  source: 'Sinnott 1984 (haversine)',
  parameters: [
    SPEED_MAX,
    {
      name: 'stepMin',
      label: 'Shortest step',
      description:
        'In m. While a device is nearer than this to where it last was, it has not moved: keeps the jitter of a standing receiver out.',
      type: 'number',
      min: 0,
      max: 100_000,
      default: 0,
      unit: 'm',
    },
  ],
  input: { kind: 'location', fieldsMin: 1, fieldsMax: 50 },
  columns: [
    { name: 'speed', label: 'Speed (m/s)', kind: 'number' },
    { name: 'distance', label: 'Distance so far (m)', kind: 'number' },
    { name: 'heading', label: 'Heading (°)', kind: 'number' },
    { name: 'outlier', label: 'Cannot be', kind: 'boolean' },
  ],
  rows: 'each',
  run(inputs, values, progress) {
    const series = inputs.map((input, at) => {
      return trackOf(input, values, (done) => progress?.((at + done / 2) / inputs.length));
    });
    return { series, summary: { fields: series.map((it, at) => ({ field: labelOf(inputs[at]!), ...summaryOf(it) })) } };
  },
};

function trackOf(input: SeriesInput, values: Values, progress: Progress): ResultSeries {
  const { time } = input;
  const { rows, outlier, jumps, at } = fixesOf(input, values, progress);
  const stepMin = values.stepMin as number;
  const speed = new Float64Array(time.length).fill(NaN);
  const distance = speed.slice();
  const heading = speed.slice();
  let total = 0;
  let anchor = rows[0]!;
  for (const row of rows) {
    const known = row !== rows[0] && !jumps.has(row);
    const step = known ? distanceBetween(at(anchor), at(row)) : 0;
    const passed = time[row]! - time[anchor]!;
    const moved = step > 0 && step >= stepMin;
    if (known && passed > 0) speed[row] = moved ? step / (passed / 1_000) : 0;
    if (moved) heading[row] = headingBetween(at(anchor), at(row));
    if (moved) total += step;
    distance[row] = total;
    if (moved || !known || stepMin === 0) anchor = row;
  }
  return resultSeries(input, time, { speed, distance, heading, outlier });
}

function summaryOf({ time, columns }: ResultSeries) {
  const { speed, distance, outlier } = columns as Record<string, Float64Array>;
  const metres = distance!.findLast((it) => it === it) ?? 0;
  const seconds = time.length === 0 ? 0 : (time.at(-1)! - time[0]!) / 1_000;
  return {
    distance: metres,
    duration: seconds,
    speedMean: seconds > 0 ? metres / seconds : null,
    speedMax: speed!.reduce((most: number | null, it) => (it === it && it > (most ?? -1) ? it : most), null),
    outliers: outlier!.reduce((sum, it) => sum + it, 0),
  };
}
