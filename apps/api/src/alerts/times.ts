/** Times in bodies, as devices and people write them. */
import { parseTime } from '#domain';
import { badParameter } from '../queries/shared/parameters.js';

/** ms since epoch; undefined where there is none. */
export function timeIn(value: string | number | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  const time = parseTime(value);
  if (time === undefined) throw badParameter(name, `${name} is an ISO 8601 time, or a number of s, ms, µs or ns since 1970.`);
  return time;
}
