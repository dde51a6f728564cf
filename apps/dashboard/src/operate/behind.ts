/** How far something is behind, in words. */
import { duration } from '../time/format.js';

/** Below this it is on its way, not behind. */
const BEHIND_SECONDS = 2;

export const isBehind = ({ lagSeconds }: { lagSeconds: number }): boolean => lagSeconds >= BEHIND_SECONDS;

/** `0 s`, `120 ms`, `3 s`, `12 min`. */
export const behindText = ({ lagSeconds }: { lagSeconds: number }): string => (lagSeconds === 0 ? '0 s' : duration(lagSeconds * 1_000));

/** `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`: what is left of a rebuild, or how long it took. */
export function longDuration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return two(Math.floor(whole / 60), 'min', whole % 60, 's');
  return two(Math.floor(whole / 3_600), 'h', Math.floor((whole % 3_600) / 60), 'min');
}

const two = (large: number, unit: string, small: number, smaller: string): string =>
  `${large} ${unit}${small > 0 ? ` ${small} ${smaller}` : ''}`;
