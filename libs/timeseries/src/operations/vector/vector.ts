/** `vector`: how strong, how tilted and how shaken: what accelerometers and other vectors say. */
import { OperationError } from '../operation-errors.js';
import type { Operation, Progress, ResultSeries, SeriesInput } from '../operation.js';
import type { Values } from '../parameters.js';
import { labelOf, resultSeries } from '../series-columns.js';
import { bandEnergy } from './band-energy.js';
import { movingRms } from './moving-rms.js';

export const vector: Operation = {
  name: 'vector',
  label: 'Vector',
  description: 'Magnitude of a vector; tilt, pitch and roll of an accelerometer; how much it shakes, in all and in a band of frequencies.',
  parameters: [
    {
      name: 'window',
      label: 'Window',
      description: 'The time over which shaking is measured: RMS over the last so much, energy of a band in stretches of so much.',
      type: 'duration',
      default: '5s',
    },
    {
      name: 'still',
      label: 'Take out what stays',
      description: 'The mean of the window, which for an accelerometer is gravity, does not count as shaking.',
      type: 'boolean',
      default: true,
    },
    {
      name: 'bandFrom',
      label: 'Band from',
      description: 'The lowest frequency of the band, in Hz.',
      type: 'number',
      min: 0,
      max: 1_000_000,
      default: 0.5,
      unit: 'Hz',
    },
    {
      name: 'bandTo',
      label: 'Band to',
      description: 'The highest frequency of the band, in Hz. Left out: all that the readings can show.',
      type: 'number',
      min: 0,
      max: 1_000_000,
      optional: true,
      unit: 'Hz',
    },
  ],
  input: { kind: 'vector', fieldsMin: 1, fieldsMax: 20 },
  columns: [
    { name: 'magnitude', label: 'Magnitude', kind: 'number' },
    { name: 'tilt', label: 'Tilt (°)', kind: 'number' },
    { name: 'pitch', label: 'Pitch (°)', kind: 'number' },
    { name: 'roll', label: 'Roll (°)', kind: 'number' },
    { name: 'rms', label: 'RMS', kind: 'number' },
    { name: 'bandEnergy', label: 'Energy in the band', kind: 'number' },
  ],
  rows: 'each',
  run(inputs, values, progress) {
    const { bandFrom, bandTo } = values as { bandFrom: number; bandTo?: number };
    if (bandTo !== undefined && bandTo <= bandFrom) {
      throw new OperationError(`"bandTo" must lie above "bandFrom", which is ${bandFrom} Hz`, 'bandTo');
    }
    const series = inputs.map((input, at) => {
      return described(input, values, (done) => progress?.((at + done) / inputs.length));
    });
    return { series, summary: { fields: series.map((it, at) => ({ field: labelOf(inputs[at]!), ...summaryOf(it) })) } };
  },
};

function described(input: SeriesInput, values: Values, progress: Progress): ResultSeries {
  const { time } = input;
  const axes = axesOf(input);
  const window = values.window as number;
  const magnitude = time.map((_, row) => Math.sqrt(axes.reduce((sum, axis) => sum + axis[row]! ** 2, 0)));
  const angle = (of: (x: number, y: number, z: number) => number) =>
    time.map((_, row) => (axes.length === 3 && magnitude[row]! > 0 ? of(axes[0]![row]!, axes[1]![row]!, axes[2]![row]!) / RADIANS : NaN));
  return resultSeries(input, time, {
    magnitude,
    tilt: angle((x, y, z) => Math.atan2(Math.hypot(x, y), z)),
    pitch: angle((x, y, z) => Math.atan2(-x, Math.hypot(y, z))),
    roll: angle((_, y, z) => Math.atan2(y, z)),
    rms: movingRms(time, axes, { window, still: values.still === true }),
    bandEnergy: bandEnergy(
      time,
      axes,
      { window, from: values.bandFrom as number, to: (values.bandTo as number | undefined) ?? Infinity },
      progress,
    ),
  });
}

const RADIANS = Math.PI / 180;

/** x, y and z in this order where there are such; otherwise all there are. */
function axesOf({ parts, deviceId, field }: SeriesInput): Float64Array[] {
  const { x, y, z } = parts;
  const axes = x && y && z ? [x, y, z] : Object.values(parts);
  if (axes.length > 0) return axes;
  throw new OperationError(`"${field}" of ${deviceId} has no axes; choose a vector field`, 'fields');
}

function summaryOf({ columns }: ResultSeries) {
  const most = (column: string) =>
    (columns[column] as Float64Array).reduce((high: number | null, it) => (it === it && it > (high ?? -Infinity) ? it : high), null);
  return { magnitudeMax: most('magnitude'), tiltMax: most('tilt'), rmsMax: most('rms'), bandEnergyMax: most('bandEnergy') };
}
