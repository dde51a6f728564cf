/** Times as ISO 8601 text with the offset of a zone, fast enough for a hundred thousand rows. */
import { IANAZone } from 'luxon';
import { isoOf } from '../../../commands/shared/devices.js';

/** Offsets change at quarter hours at the finest. */
const STEP_MS = 900_000;

export function timeWriter(tz: string | undefined): (ms: number) => string {
  if (tz === undefined || tz === 'UTC') return isoOf;
  const zone = IANAZone.create(tz);
  let step = NaN;
  let minutes = 0;
  return (ms) => {
    const current = Math.floor(ms / STEP_MS);
    if (current !== step) {
      step = current;
      minutes = zone.offset(ms);
    }
    return isoOf(ms + minutes * 60_000).slice(0, -1) + offsetText(minutes);
  };
}

function offsetText(minutes: number): string {
  const whole = Math.round(Math.abs(minutes));
  const two = (number: number) => String(number).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
}
