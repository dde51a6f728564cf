/** Device times (ms with three decimals) as InfluxDB has them: nanoseconds, of which the last three digits tell equal times apart. */

/** How many readings of one time a series holds; more go into further series, told apart by a tag. */
export const RANKS = 1_000;
const PAD = Array.from({ length: RANKS }, (_, n) => String(n).padStart(3, '0'));

/** What InfluxDB can compare with; no reading is near. */
const NANOS_MIN = -9_223_372_036_854_775_806n;
const NANOS_MAX = 9_223_372_036_854_775_806n;
/** Windows that begin before cannot be asked for: no reading is older, and InfluxDB loses the sign of earlier ones. */
export const TIME_FLOOR_MS = Date.UTC(1678, 0, 1);

/** The double next to so many milliseconds and microseconds. Beyond the year 2255 doubles are further apart than microseconds. */
export function timeOf(ms: number, micros: number): number {
  const all = ms * 1_000 + micros;
  return micros === 0 ? ms : Number.isSafeInteger(all) ? all / 1_000 : ms + micros / 1_000;
}

/** The same time in whole microseconds: what two readings have in common that need a rank. */
export function wholeMicros(time: number): number {
  const ms = Math.floor(time);
  return ms === time ? time : timeOf(ms, Math.round((time - ms) * 1_000));
}

/** `time` in whole microseconds, `rank` below `RANKS`. */
export function nanosText(time: number, rank: number): string {
  const ms = Math.floor(time);
  const micros = ms === time ? 0 : Math.round((time - ms) * 1_000);
  if (ms > 0) return `${ms}${PAD[micros]}${PAD[rank]}`;
  return String((BigInt(ms) * 1_000n + BigInt(micros)) * 1_000n + BigInt(rank));
}

/** The first nanosecond of the readings at or after `time`, for queries. */
export function nanosFrom(time: number): bigint {
  if (!(time > Number(NANOS_MIN) / 1e6)) return NANOS_MIN;
  if (!(time < Number(NANOS_MAX) / 1e6)) return NANOS_MAX;
  const ms = Math.floor(time);
  let micros = Math.round((time - ms) * 1_000);
  if (timeOf(ms, micros) < time) micros++;
  return (BigInt(ms) * 1_000n + BigInt(micros)) * 1_000n;
}

/** `[from, to)` as a condition. */
export function timeCondition({ from, to }: { from: number; to: number }): string {
  return `time >= ${nanosFrom(from)} AND time < ${nanosFrom(to)}`;
}
