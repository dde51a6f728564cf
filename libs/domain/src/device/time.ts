/** The device's time, in whatever form it was sent, as ms since epoch with at most three decimals (µs). */

/** Times are stored as int64 nanoseconds by some of the stores; these whole years fit. */
export const TIME_MIN_MS = Date.UTC(1678, 0, 1);
/** Exclusive. */
export const TIME_END_MS = Date.UTC(2262, 0, 1);

const DAY_MS = 86_400_000;
const NONE = Number.NaN;

/** ISO 8601 text, a number (or numeric text) of s, ms, µs or ns since 1970; undefined where it is neither. */
export function parseTime(value: unknown): number | undefined {
  const time = readTime(value);
  return time === time ? time : undefined;
}

/** As `parseTime`, with NaN for what is no time: the form for the hot path. */
export function readTime(value: unknown): number {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value === 'string') return fromText(value);
  return NONE;
}

/** The magnitude decides the unit: until the year 5138 the four ranges do not meet. */
function fromNumber(value: number): number {
  if (!(value >= 0)) return NONE;
  if (value < 1e14 && value >= 1e11 && Number.isInteger(value)) return value < TIME_END_MS ? value : NONE;
  const ms = value < 1e11 ? value * 1_000 : value < 1e14 ? value : value < 1e17 ? value / 1_000 : value / 1_000_000;
  if (!(ms < TIME_END_MS)) return NONE;
  return Math.round(ms * 1_000) / 1_000;
}

function fromText(text: string): number {
  const length = text.length;
  if (length >= 10 && text.charCodeAt(4) === DASH && text.charCodeAt(7) === DASH) return fromIso(text, length);
  return fromDigits(text, length);
}

/** Digits with an optional fraction. Nanoseconds are cut as text, because a double cannot hold them. */
function fromDigits(text: string, length: number): number {
  if (length === 0 || length > 40) return NONE;
  if (!/^\d+(?:\.\d+)?$/.test(text)) return NONE;
  const whole = text.indexOf('.') === -1 ? text : text.slice(0, text.indexOf('.'));
  const digits = whole.replace(/^0+(?=\d)/, '');
  if (digits.length < 18) return fromNumber(Number(text));
  const ms = Number(digits.slice(0, -6));
  return ms < TIME_END_MS ? micros(ms, Number(digits.slice(-6, -3))) : NONE;
}

const ZERO = 48;
const DASH = 45;
const COLON = 58;

/** Two digits at `at`, or NaN: charCodeAt beyond the end is NaN, which fails every comparison. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NONE;
}

/** `YYYY-MM-DD`, then nothing or `T` (or a space) `HH:mm[:ss[.fraction]][zone]`. No zone is UTC. */
function fromIso(text: string, length: number): number {
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  if (!(year >= 1677 && year <= 2262 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return NONE;
  const midnight = daysSinceEpoch(year, month, day) * DAY_MS;
  const ms = length === 10 ? midnight : withClock(text, length, midnight);
  return ms >= TIME_MIN_MS && ms < TIME_END_MS ? ms : NONE;
}

function withClock(text: string, length: number, midnight: number): number {
  const separator = text.charCodeAt(10);
  if (separator !== 84 && separator !== 32 && separator !== 116) return NONE;
  const hour = two(text, 11);
  const minute = two(text, 14);
  if (!(hour <= 24 && minute <= 59) || text.charCodeAt(13) !== COLON) return NONE;

  let at = 16;
  let second = 0;
  if (text.charCodeAt(16) === COLON) {
    second = two(text, 17);
    if (!(second <= 59)) return NONE;
    at = 19;
  }
  let ms = 0;
  let us = 0;
  const point = text.charCodeAt(at);
  if (at === 19 && (point === 46 || point === 44)) {
    const end = endOfDigits(text, at + 1, length);
    const digits = end - at - 1;
    if (digits < 1 || digits > 9) return NONE;
    ms = fraction(text, at + 1, end);
    us = digits > 3 ? fraction(text, at + 4, end) : 0;
    at = end;
  }
  if (hour === 24 && (minute !== 0 || second !== 0 || ms !== 0 || us !== 0)) return NONE;
  const offset = at === length ? 0 : zoneMinutes(text, at, length);
  return micros(midnight + hour * 3_600_000 + (minute - offset) * 60_000 + second * 1_000 + ms, us);
}

function endOfDigits(text: string, from: number, length: number): number {
  let at = from;
  while (at < length && text.charCodeAt(at) >= ZERO && text.charCodeAt(at) <= 57) at++;
  return at;
}

/** The next three digits as thousandths; digits that are not there are 0. */
function fraction(text: string, from: number, end: number): number {
  let value = 0;
  for (let at = from; at < from + 3; at++) value = value * 10 + (at < end ? text.charCodeAt(at) - ZERO : 0);
  return value;
}

/** `Z`, `±hh:mm`, `±hhmm` or `±hh`, up to the end of the text, in minutes east. */
function zoneMinutes(text: string, at: number, length: number): number {
  const sign = text.charCodeAt(at);
  if (sign === 90 || sign === 122) return at + 1 === length ? 0 : NONE;
  if (sign !== 43 && sign !== DASH) return NONE;
  const hours = two(text, at + 1);
  const colon = text.charCodeAt(at + 3) === COLON ? 1 : 0;
  const minutes = at + 3 === length ? 0 : two(text, at + 3 + colon);
  if (at + 3 !== length && at + 5 + colon !== length) return NONE;
  if (!(hours <= 23 && minutes <= 59)) return NONE;
  return sign === DASH ? -(hours * 60 + minutes) : hours * 60 + minutes;
}

/** The nearest double with three decimals, so that equal times are equal numbers. */
function micros(ms: number, us: number): number {
  return us === 0 ? ms : Math.round(ms * 1_000 + us) / 1_000;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Proleptic Gregorian; after Howard Hinnant's `days_from_civil`. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}
