/** What a series query asks for, read from its parameters. */
import type { Aggregate, Every, Fill, Picture } from '#ports';
import { rangeOf } from '../list-readings/list-readings.js';
import { badParameter, listOf, oneOf, type Parameters, textOf, wholeOf, zoneOf } from '../shared/parameters.js';
import type { Part } from '../shared/parts.js';

export interface SeriesRequest {
  parts: Part[];
  from?: number;
  to?: number;
  every?: Every;
  fn: Aggregate[];
  picture?: { method: Picture; points: number };
  /** So many windows of equal width at most: `points` together with `fn`. */
  windows?: number;
  fill: Fill;
  tz?: string;
}

const UNITS = ['ms', 's', 'm', 'h', 'd', 'w', 'mo', 'y'] as const;
const FUNCTIONS = ['mean', 'min', 'max', 'sum', 'count', 'first', 'last', 'stddev', 'median'] as const;
const FILLS = ['none', 'null', 'previous', 'linear', 'zero'] as const;
/** Of text only these can be told. */
const OF_TEXT: readonly string[] = ['count', 'first', 'last'];
/** More would be a table of everything. */
const FUNCTIONS_MAX = 20;
/** As many digits as `every` may have. */
export const EVERY_COUNT_MAX = 999_999_999;
/** `points` itself may be any size: what is above the limit of an answer is reduced, and said. */
const POINTS_MAX = 1_000_000_000;

export function seriesRequest(parameters: Parameters, known: Map<string, Part>): SeriesRequest {
  const every = everyOf(parameters);
  const points = wholeOf(parameters, 'points', { min: 1, max: POINTS_MAX });
  const method = oneOf(parameters, 'method', ['lttb', 'm4'] as const);
  const fn = functionsOf(parameters);
  const fill = oneOf(parameters, 'fill', FILLS);
  const tz = zoneOf(parameters);
  if (every && points !== undefined) throw badParameter('points', 'Give either every or points.');
  if (method && points === undefined) throw badParameter('method', 'method says how to reduce to points; give points too.');
  if (fn && !every && points === undefined) throw badParameter('fn', 'fn needs windows; give every or points too.');
  if (fn && method) throw badParameter('method', 'Give either fn, for windows, or method, for a picture.');
  const parts = partsOf(parameters, known, fn ?? (every ? ['mean'] : []));
  return {
    parts,
    ...rangeOf(parameters),
    ...(every && { every }),
    fn: fn ?? ['mean'],
    ...(points !== undefined && (fn ? { windows: points } : { picture: { method: method ?? 'lttb', points } })),
    fill: fill ?? 'none',
    ...(tz && { tz }),
  };
}

/** Without `fields`: all that the functions can be told of. A compound field stands for its parts. */
function partsOf(parameters: Parameters, known: Map<string, Part>, fn: string[]): Part[] {
  const asked = listOf(parameters, 'fields');
  const ofText = fn.every((one) => OF_TEXT.includes(one));
  if (!asked) return [...known.values()].filter((part) => part.numeric || ofText);
  const parts = asked.flatMap((name) => {
    const exact = known.get(name);
    const found = exact ? [exact] : [...known.values()].filter((part) => part.field === name);
    if (found.length === 0)
      throw badParameter('fields', `There is no field "${name.slice(0, 128)}".`, { known: [...known.keys()].slice(0, 1_000) });
    return found;
  });
  const text = parts.find((part) => !part.numeric);
  if (text && !ofText) throw badParameter('fn', `Of the text field "${text.name}" only ${OF_TEXT.join(', ')} can be told.`);
  return [...new Set(parts)];
}

export function everyOf(parameters: Parameters): Every | undefined {
  const text = textOf(parameters, 'every');
  if (text === undefined) return undefined;
  const [, digits, unit] = /^(\d{1,9})(ms|s|mo|m|h|d|w|y)$/.exec(text) ?? [];
  const count = Number(digits);
  if (!unit || !(count >= 1)) throw badParameter('every', `every is a number and a unit (${UNITS.join(', ')}), like 5m.`);
  return { count, unit: unit as Every['unit'] };
}

export const everyText = ({ count, unit }: Every): string => `${count}${unit}`;

function functionsOf(parameters: Parameters): Aggregate[] | undefined {
  const names = listOf(parameters, 'fn');
  if (!names) return undefined;
  if (names.length > FUNCTIONS_MAX) throw badParameter('fn', `fn names at most ${FUNCTIONS_MAX} functions.`);
  for (const name of names) {
    const isPercentile = /^p\d{1,2}(\.\d{1,3})?$/.test(name) || name === 'p100';
    if (!isPercentile && !FUNCTIONS.includes(name as (typeof FUNCTIONS)[number])) {
      throw badParameter('fn', `fn is a list of ${FUNCTIONS.join(', ')} and percentiles like p95.`);
    }
  }
  return names as Aggregate[];
}
