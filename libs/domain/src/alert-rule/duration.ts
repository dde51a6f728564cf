/** Lengths of time as rules have them. */
import type { Duration } from '#contracts';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
/** A year and a day: a rule that has to remember more is an analysis. */
export const DURATION_MS_MAX = 366 * UNIT_MS.d;

/** `'5m'` → 300,000; undefined for what is no length, is zero or longer than a year. */
export function parseDuration(text: unknown): number | undefined {
  const match = typeof text === 'string' ? /^([1-9]\d{0,8})(ms|[smhdw])$/.exec(text) : null;
  if (!match) return undefined;
  const ms = Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
  return ms <= DURATION_MS_MAX ? ms : undefined;
}

/** Of a rule that was parsed. */
export function durationMs(duration: Duration): number {
  const ms = parseDuration(duration);
  if (ms === undefined) throw new Error(`${duration} is no duration`);
  return ms;
}
