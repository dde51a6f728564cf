/** Durations, counts and times as people type them. */
import { DateTime } from 'luxon';

/** What the person typed cannot be used; shown as one line, without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `10m`, `1.5h`, `90` (seconds), `1h30m` → ms. */
export function parseDuration(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text) {
    throw new UsageError(`"${text}" is not a duration; write it like 30s, 10m, 2h, 7d or 1h30m.`);
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0), 0);
}

export function parseCount(name: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!Number.isInteger(count) || count < min || count > max) {
      throw new UsageError(`${name} is a whole number from ${min} to ${max}, not "${text}".`);
    }
    return count;
  };
}

/** A positive number, a fraction like `1/60`, or `max`. */
export function parseRate(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const fraction = /^(\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))?$/.exec(text);
  const rate = fraction ? Number(fraction[1]) / Number(fraction[2] ?? 1) : NaN;
  if (!(rate > 0 && Number.isFinite(rate))) throw new UsageError(`"${text}" is not a rate; write a number, a fraction like 1/60, or max.`);
  return rate;
}

/** ISO 8601 (UTC where it names no zone) or ms since epoch → ms since epoch. */
export function parseTime(text: string): number {
  if (/^\d{11,}$/.test(text)) return Number(text);
  const time = DateTime.fromISO(text, { zone: 'utc' });
  if (!time.isValid) throw new UsageError(`"${text}" is not a time; write it like 2026-05-01 or 2026-05-01T12:00:00Z.`);
  return time.toMillis();
}

export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en');
}

/** `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [unit, [larger, smaller]] = whole < 3_600 ? [60, ['min', 's']] : whole < 86_400 ? [3_600, ['h', 'min']] : [86_400, ['d', 'h']];
  const rest = Math.floor((whole % unit) / (unit === 60 ? 1 : unit === 3_600 ? 60 : 3_600));
  return `${Math.floor(whole / unit)} ${larger}${rest > 0 ? ` ${rest} ${smaller}` : ''}`;
}
