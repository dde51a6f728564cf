/** A curve as two columns, and how curves of several fields come to share one column of times. */

/** Both of one length, in ascending order of time; equal times in order of arrival. */
export interface Points {
  time: Float64Array;
  value: Float64Array;
}

export function pick(points: Points, indices: ArrayLike<number>): Points {
  return {
    time: Float64Array.from(indices, (index) => points.time[index]!),
    value: Float64Array.from(indices, (index) => points.value[index]!),
  };
}

export function pointsOf(pairs: readonly (readonly [time: number, value: number])[]): Points {
  return { time: Float64Array.from(pairs, (pair) => pair[0]), value: Float64Array.from(pairs, (pair) => pair[1]) };
}

/** Several curves over the union of their times: NaN where a curve has no point. The k-th points of one time share a row. */
export function mergePoints(curves: Points[]): { time: Float64Array; values: Float64Array[] } {
  const total = curves.reduce((sum, curve) => sum + curve.time.length, 0);
  const time = new Float64Array(total);
  const values = curves.map(() => new Float64Array(total).fill(NaN));
  const at = curves.map(() => 0);
  let rows = 0;
  for (;;) {
    let earliest = Infinity;
    for (let c = 0; c < curves.length; c++) earliest = Math.min(earliest, curves[c]!.time[at[c]!] ?? Infinity);
    if (earliest === Infinity) break;
    time[rows] = earliest;
    for (let c = 0; c < curves.length; c++) {
      if (curves[c]!.time[at[c]!] !== earliest) continue;
      values[c]![rows] = curves[c]!.value[at[c]!]!;
      at[c]!++;
    }
    rows++;
  }
  return { time: time.slice(0, rows), values: values.map((value) => value.slice(0, rows)) };
}

/**
 * Pictures divide [from, to) into at most so many stretches of this length, the last one shorter. Whole milliseconds where the range has
 * enough of them, so that a store which groups by whole units of time finds the very same stretches.
 */
export function stretchLength({ from, to }: { from: number; to: number }, stretches: number): number {
  const equal = (to - from) / stretches;
  return equal > 1 ? Math.ceil(equal) : equal;
}
