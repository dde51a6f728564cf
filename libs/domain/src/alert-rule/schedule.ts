/** When a rule is in force, by the clock on the wall of its zone. */
import type { AlertSchedule } from '#contracts';

export function isZone(tz: string): boolean {
  try {
    localClock(tz);
    return true;
  } catch {
    return false;
  }
}

/** Whether the schedule covers this moment (ms since epoch). Days are those on which a stretch begins. */
export function compileSchedule({ tz, days, from, to }: AlertSchedule): (time: number) => boolean {
  const clock = localClock(tz);
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const on = new Set(days);
  let lastMinute = NaN;
  let last = false;
  return (time) => {
    const minute = Math.floor(time / 60_000);
    if (minute === lastMinute) return last;
    const { day, minutes } = clock(time);
    const before = day === 1 ? 7 : day - 1;
    last =
      begin < end
        ? on.has(day) && minutes >= begin && minutes < end
        : (on.has(day) && minutes >= begin) || (on.has(before) && minutes < end);
    lastMinute = minute;
    return last;
  };
}

/** The next moment after `time` at which a schedule may begin or end. Around a change of the clocks it may be one at which nothing does; from there
 *  it is found. */
export function nextBoundary({ tz, from, to }: AlertSchedule, time: number): number {
  const { minutes } = localClock(tz)(time);
  const away = [from, to].map((edge) => (minutesOf(edge) - minutes + MINUTES_A_DAY) % MINUTES_A_DAY || MINUTES_A_DAY);
  return (Math.floor(time / 60_000) + Math.min(...away)) * 60_000;
}

const MINUTES_A_DAY = 1_440;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

type LocalClock = (time: number) => { day: number; minutes: number };
/** To make one takes longer than to ask it. */
const clocks = new Map<string, LocalClock>();

function localClock(tz: string): LocalClock {
  const clock = clocks.get(tz) ?? createLocalClock(tz);
  clocks.set(tz, clock);
  return clock;
}

function createLocalClock(tz: string): LocalClock {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: tz, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return (time) => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    return { day: DAYS.indexOf(parts['weekday']!) + 1, minutes: Number(parts['hour']) * 60 + Number(parts['minute']) };
  };
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
