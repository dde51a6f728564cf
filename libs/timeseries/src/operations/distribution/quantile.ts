/** Quantiles of sorted values. */

/** Linear between neighbours (type 7 of Hyndman & Fan 1996; the default of NumPy and R); NaN for no values. */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return between(sorted[low]!, sorted[high]!, at - low);
}

/** `share` of the way from `low` to `high`, also where these are further apart than the largest double. */
export function between(low: number, high: number, share: number): number {
  const span = high - low;
  return Number.isFinite(span) ? low + span * share : low * (1 - share) + high * share;
}
