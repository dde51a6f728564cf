/** Times a person would mark on an axis: whole minutes, hours and days of the chosen zone, daylight saving included. */
import { DateTime } from 'luxon';

export interface Tick {
  time: number;
  label: string;
}

type Step = { ms: number } | { hours: number } | { days: number } | { months: number };

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

const STEPS: [length: number, step: Step][] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((ms): [number, Step] => [ms, { ms }]),
  ...[1, 2, 5, 10, 15, 30].map((s): [number, Step] => [s * SECOND, { ms: s * SECOND }]),
  ...[1, 2, 5, 10, 15, 30].map((m): [number, Step] => [m * MINUTE, { ms: m * MINUTE }]),
  ...[1, 2, 3, 6, 12].map((hours): [number, Step] => [hours * HOUR, { hours }]),
  ...[1, 2, 3, 7, 14].map((days): [number, Step] => [days * DAY, { days }]),
  ...[1, 2, 3, 6, 12, 24, 60, 120, 240, 600].map((months): [number, Step] => [months * 30.4 * DAY, { months }]),
];

/** At most about `count` ticks; the scale's own ends get none, unless they fall on one. */
export function ticksBetween(from: number, to: number, zone: string, count: number): Tick[] {
  if (!(to > from)) return [];
  // A tenth more than asked for is better than the next coarser step.
  const wanted = (0.9 * (to - from)) / Math.max(1, count);
  const [length, step] = STEPS.find(([each]) => each >= wanted) ?? (STEPS.at(-1) as [number, Step]);
  const times = 'ms' in step ? even(from, to, step.ms, zone) : byCalendar(from, to, step, zone);
  return times.map((time) => ({ time, label: labelOf(time, length, zone) }));
}

function even(from: number, to: number, step: number, zone: string): number[] {
  // Zones with quarter hours exist: whole steps of the local clock, not of UTC's.
  const offset = DateTime.fromMillis(from, { zone }).offset * MINUTE;
  const times: number[] = [];
  for (let time = Math.ceil((from + offset) / step) * step - offset; time <= to; time += step) times.push(time);
  return times;
}

function byCalendar(from: number, to: number, step: Exclude<Step, { ms: number }>, zone: string): number[] {
  const start = DateTime.fromMillis(from, { zone });
  const times: number[] = [];
  for (let time = floor(start, step); time.toMillis() <= to; time = next(time, step)) {
    if (time.toMillis() >= from) times.push(time.toMillis());
  }
  return times;
}

function floor(time: DateTime, step: Exclude<Step, { ms: number }>): DateTime {
  if ('hours' in step) return time.startOf('day').plus({ hours: Math.floor(time.hour / step.hours) * step.hours - step.hours });
  if ('days' in step) return step.days % 7 === 0 ? time.startOf('week') : time.startOf('month');
  return time.startOf('year').set({ year: time.year - (time.year % Math.max(1, step.months / 12)) });
}

function next(time: DateTime, step: Exclude<Step, { ms: number }>): DateTime {
  if (!('hours' in step)) {
    const after = time.plus(step);
    // Every second day begins anew each month, so that the marks do not wander.
    return 'days' in step && step.days < 7 && after.month !== time.month ? after.startOf('month') : after;
  }
  const after = time.plus({ hours: step.hours });
  // A day of 23 or 25 hours would shift all marks after it.
  const early = after.hour % step.hours;
  return early === 0 ? after : after.plus({ hours: early > step.hours / 2 ? step.hours - early : -early });
}

function labelOf(time: number, step: number, zone: string): string {
  const at = DateTime.fromMillis(time, { zone, locale: 'en-GB' });
  if (step < SECOND) return at.toFormat('HH:mm:ss.SSS');
  if (step < MINUTE) return at.toFormat('HH:mm:ss');
  if (step < DAY) return at.hour === 0 && at.minute === 0 ? at.toFormat('d LLL') : at.toFormat('HH:mm');
  if (step < 28 * DAY) return at.toFormat('d LLL');
  return at.month === 1 ? at.toFormat('yyyy') : at.toFormat('LLL yyyy');
}
