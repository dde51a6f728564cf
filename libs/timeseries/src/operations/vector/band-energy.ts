/** How much of the shaking lies in a band of frequencies, stretch by stretch. */
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
export function bandEnergy(time: Float64Array, axes: readonly Float64Array[], { window, from, to }: BandOptions): Float64Array {
  const energy = new Float64Array(time.length).fill(NaN);
  for (let first = 0; first < time.length;) {
    const end = (Math.floor(time[first]! / window) + 1) * window;
    let last = first;
    while (last < time.length && time[last]! < end) last++;
    const rows = [...Array(last - first).keys()].map((k) => first + k).filter((row) => axes.every((axis) => Number.isFinite(axis[row]!)));
    const at = Float64Array.from(rows, (row) => time[row]!);
    const parts = axes.map((axis) =>
      energyOf(
        at,
        Float64Array.from(rows, (row) => axis[row]!),
        { from, to },
      ),
    );
    const total = parts.reduce((sum, it) => sum + it, 0);
    for (const row of rows) energy[row] = total;
    first = last;
  }
  return energy;
}

function energyOf(time: Float64Array, value: Float64Array, { from, to }: { from: number; to: number }): number {
  const even = time.length < VALUES_MIN ? undefined : evenly({ time, value });
  if (!even || even.value.length < VALUES_MIN) return NaN;
  const segment = even.value.length;
  const sampleRate = 1_000 / even.interval;
  const { frequency, power } = welch(even.value, {
    sampleRate,
    segment,
    overlap: 0,
    window: 'hann',
    detrend: 'constant',
    scaling: 'density',
  });
  return power.reduce((sum, it, k) => (frequency[k]! >= from && frequency[k]! <= to ? sum + it : sum), 0) * (sampleRate / segment);
}
