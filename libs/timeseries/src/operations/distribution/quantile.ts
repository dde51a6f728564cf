/** Quantiles of sorted values. */

/** Linear between neighbours (type 7 of Hyndman & Fan 1996; the default of NumPy and R); NaN for no values. */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
}
