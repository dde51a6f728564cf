/** The root of the mean square of a vector over the last stretch of time. */

export interface RmsOptions {
  /** In ms. */
  window: number;
  /** Whether the mean of each axis in the window is taken out. */
  still: boolean;
}

/** For each row, over the rows in (time − window, time]; rows without all axes are left out. One pass. */
export function movingRms(time: Float64Array, axes: readonly Float64Array[], { window, still }: RmsOptions): Float64Array {
  const rms = new Float64Array(time.length).fill(NaN);
  const isWhole = (row: number) => axes.every((axis) => Number.isFinite(axis[row]!));
  let sums = emptySums(axes, 0);
  let first = 0;
  for (let row = 0; row < time.length; row++) {
    if (!isWhole(row)) continue;
    add(sums, axes, row, 1);
    for (; time[first]! <= time[row]! - window; first++) if (isWhole(first)) add(sums, axes, first, -1);
    if (sums.changes > 2 * sums.count + CHANGES_BETWEEN) {
      sums = emptySums(axes, row);
      for (let at = first; at <= row; at++) if (isWhole(at)) add(sums, axes, at, 1);
      sums.changes = 0;
    }
    rms[row] = Math.sqrt(Math.max(0, meanSquare(sums, still)));
  }
  return rms;
}

/** Adding and taking away leaves a little behind; after so many the sums are taken afresh. */
const CHANGES_BETWEEN = 64;

/** Of the deviations from `origin`, which is near all of the window, so that squares of large means do not swallow small shakes. */
interface Sums {
  origin: number[];
  sum: number[];
  squares: number[];
  count: number;
  changes: number;
}

function emptySums(axes: readonly Float64Array[], row: number): Sums {
  const origin = axes.map((axis) => (Number.isFinite(axis[row]!) ? axis[row]! : 0));
  return { origin, sum: axes.map(() => 0), squares: axes.map(() => 0), count: 0, changes: 0 };
}

function add(sums: Sums, axes: readonly Float64Array[], row: number, sign: 1 | -1): void {
  for (let a = 0; a < axes.length; a++) {
    const deviation = axes[a]![row]! - sums.origin[a]!;
    sums.sum[a]! += sign * deviation;
    sums.squares[a]! += sign * deviation * deviation;
  }
  sums.count += sign;
  sums.changes++;
}

/** Over all axes together. */
function meanSquare({ origin, sum, squares, count }: Sums, still: boolean): number {
  return origin.reduce((total, from, a) => {
    const mean = sum[a]! / count;
    const spread = squares[a]! / count - mean * mean;
    return total + (still ? spread : spread + (from + mean) ** 2);
  }, 0);
}
