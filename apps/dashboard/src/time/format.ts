/** Times as text: ISO order, 24 hours, in the zone asked for. Precise where it matters, short where it helps. */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
    });
    formats.set(zone, format);
  }
  return format;
}

interface Parts {
  date: string;
  minutes: string;
  seconds: string;
  millis: string;
}

function partsIn(time: number, zone: string): Parts {
  const parts: Record<string, string> = {};
  for (const part of formatIn(zone).formatToParts(time)) parts[part.type] = part.value;
  return {
    date: `${parts['year']}-${parts['month']}-${parts['day']}`,
    minutes: `${parts['hour']}:${parts['minute']}`,
    seconds: parts['second'] ?? '00',
    millis: parts['fractionalSecond'] ?? '000',
  };
}

/** `2026-05-01 14:00:00.123`; milliseconds only where there are any. */
export function exactTime(time: number, zone: string): string {
  if (!Number.isFinite(time)) return '–';
  const { date, minutes, seconds, millis } = partsIn(time, zone);
  return `${date} ${minutes}:${seconds}${millis === '000' ? '' : `.${millis}`}`;
}

/** `2026-05-01 14:00`, what a range control shows and takes. */
export function minuteTime(time: number, zone: string): string {
  const { date, minutes } = partsIn(time, zone);
  return `${date} ${minutes}`;
}

/** `14:00:05`, or with the date where it is not today. */
export function clockTime(time: number, zone: string, now: number): string {
  const at = partsIn(time, zone);
  const today = partsIn(now, zone).date === at.date;
  return today ? `${at.minutes}:${at.seconds}` : `${at.date} ${at.minutes}`;
}

const STEPS: [ms: number, unit: string][] = [
  [86_400_000 * 365.25, 'y'],
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** `3 s ago`; a moment in the future (the clock of the device runs ahead) is `in 3 s`. */
export function ago(time: number, now: number): string {
  const distance = now - time;
  const text = duration(Math.abs(distance));
  if (Math.abs(distance) < 1_000) return 'just now';
  return distance > 0 ? `${text} ago` : `in ${text}`;
}

/** One unit, rounded down: `3 s`, `12 min`, `5 h`, `9 d`. */
export function duration(ms: number): string {
  for (const [step, unit] of STEPS) if (ms >= step) return `${Math.floor(ms / step)} ${unit}`;
  return `${Math.round(ms)} ms`;
}
