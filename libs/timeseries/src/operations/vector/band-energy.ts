/** How much of the shaking lies in a band of frequencies, stretch by stretch. */
import type { Progress } from '../operation.js';
import { evenly } from '../spectrum/even.js';
import { welch } from '../spectrum/welch.js';

export interface BandOptions {
  /** The length of a stretch in ms; stretches begin at whole multiples of it. */
  window: number;
  /** In Hz, both included. */
  from: number;
  to: number;
}

/** Fewer values have no spectrum to speak of. */
const VALUES_MIN = 4;

/** For each row that of its stretch: the power density of all axes, summed over the band (the mean square of that part of the movement). */
export function bandEnergy(time: Float64Array, axes: readonly Float64Array[], options: BandOptions, progress?: Progress): Float64Array {
  const { window } = options;
  const energy = new Float64Array(time.length).fill(NaN);
  for (let first = 0, stretch = 0; first < time.length; stretch++) {
    if (stretch % STRETCHES_BETWEEN_REPORTS === 0) progress?.(first / time.length);
    const end = (Math.floor(time[first]! / window) + 1) * window;
    let last = first;
    while (last < time.length && time[last]! < end) last++;
    const isWhole = (row: number) => axes.every((axis) => Number.isFinite(axis[row]!));
    const rows = Uint32Array.from({ length: last - first }, (_, k) => first + k).filter(isWhole);
    const total = energyOf(time, axes, rows, options);
    for (const row of rows) energy[row] = total;
    first = last;
  }
  return energy;
}

const STRETCHES_BETWEEN_REPORTS = 256;

function energyOf(times: Float64Array, axes: readonly Float64Array[], rows: Uint32Array, { from, to }: BandOptions): number {
  if (rows.length < VALUES_MIN) return NaN;
  const time = Float64Array.from(rows, (row) => times[row]!);
  let total = 0;
  for (const axis of axes) {
    const even = evenly({ time, value: Float64Array.from(rows, (row) => axis[row]!) });
    if (!even || even.value.length < VALUES_MIN) return NaN;
    const segment = even.value.length;
    const sampleRate = 1_000 / even.interval;
    const { frequency, power } = welch(even.value, { ...WHOLE, sampleRate, segment });
    for (let k = 0; k < power.length; k++) if (frequency[k]! >= from && frequency[k]! <= to) total += (power[k]! * sampleRate) / segment;
  }
  return total;
}

/** One segment, the whole stretch. */
const WHOLE = { overlap: 0, window: 'hann', detrend: 'constant', scaling: 'density' } as const;
