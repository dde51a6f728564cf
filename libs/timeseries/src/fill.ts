/** What stands where a window has no value. A column of numbers holds NaN there, one of text null; the result is a new column. */

/** The value before; nothing where there is none yet. */
export function fillPrevious<C extends Float64Array | (string | null)[]>(column: C): C {
  const filled = column.slice() as C;
  for (let i = 1; i < filled.length; i++) if (isMissing(filled[i])) filled[i] = filled[i - 1]!;
  return filled;
}

/** On the straight line, in time, between the values on both sides; nothing before the first and after the last. */
export function fillLinear(time: Float64Array, column: Float64Array): Float64Array {
  const filled = column.slice();
  let left = -1;
  for (let right = 0; right < column.length; right++) {
    if (isMissing(column[right])) continue;
    for (let i = left + 1; left >= 0 && i < right; i++) {
      const share = (time[i]! - time[left]!) / (time[right]! - time[left]!);
      filled[i] = column[left]! + (column[right]! - column[left]!) * share;
    }
    left = right;
  }
  return filled;
}

export function fillZero(column: Float64Array): Float64Array {
  return column.map((value) => (isMissing(value) ? 0 : value));
}

function isMissing(value: number | string | null | undefined): boolean {
  return value === null || value === undefined || value !== value;
}
