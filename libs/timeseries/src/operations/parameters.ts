/** The parameters of an operation: described once, for the form, the check and the documentation. */
import { formatEvery, parseEvery, UNIT_MS } from '../every.js';
import { OperationError } from './operation-errors.js';

interface Described {
  name: string;
  label: string;
  /** What it does to the result. */
  description: string;
  /** Left out: found from the data, or not used. */
  optional?: boolean;
}

export type Parameter = Described &
  (
    | { type: 'number'; min?: number; max?: number; default?: number; unit?: string }
    | { type: 'integer'; min?: number; max?: number; default?: number }
    | { type: 'boolean'; default?: boolean }
    | { type: 'choice'; choices: readonly string[]; default?: string }
    /** As `30s`, `5m`, `1d`; handed over in ms. */
    | { type: 'duration'; default?: string }
    | { type: 'numbers'; minLength?: number; maxLength?: number; default?: readonly number[] }
    /** A ring of [lat, lon]. */
    | { type: 'polygon' }
    | { type: 'text'; default?: string }
  );

export type Value = number | boolean | string | readonly number[] | readonly (readonly [number, number])[] | undefined;
export type Values = Readonly<Record<string, Value>>;

/** Checks what was asked for and fills in the defaults; throws `OperationError` naming the parameter. */
export function readParameters(parameters: readonly Parameter[], given: Readonly<Record<string, unknown>>): Values {
  const known = new Set(parameters.map(({ name }) => name));
  for (const name of Object.keys(given)) {
    if (known.has(name)) continue;
    throw new OperationError(`"${name}" is not a parameter; there are ${[...known].join(', ') || 'none'}`, name);
  }
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, readOne(parameter, given[parameter.name])]));
}

function readOne(parameter: Parameter, given: unknown): Value {
  const value = given ?? ('default' in parameter ? parameter.default : undefined);
  if (value !== undefined) return READERS[parameter.type](parameter as never, value);
  if (parameter.optional) return undefined;
  throw new OperationError(`"${parameter.name}" is missing: ${parameter.description}`, parameter.name);
}

type Of<Type extends Parameter['type']> = Extract<Parameter, { type: Type }>;

const READERS: { [Type in Parameter['type']]: (parameter: Of<Type>, value: unknown) => Value } = {
  number: (parameter, value) => inRange(parameter, value),
  integer(parameter, value) {
    if (!Number.isInteger(value)) throw wrong(parameter, 'a whole number', value);
    return inRange(parameter, value);
  },
  boolean(parameter, value) {
    if (typeof value !== 'boolean') throw wrong(parameter, 'true or false', value);
    return value;
  },
  choice(parameter, value) {
    if (!parameter.choices.includes(value as string)) throw wrong(parameter, `one of ${parameter.choices.join(', ')}`, value);
    return value as string;
  },
  duration(parameter, value) {
    const every = typeof value === 'string' ? parseEvery(value) : undefined;
    const ms = every && (UNIT_MS as Partial<Record<string, number>>)[every.unit];
    if (!every || ms === undefined) throw wrong(parameter, 'a duration such as 30s, 5m, 1h or 1d', value);
    return every.count * ms;
  },
  numbers(parameter, value) {
    const { minLength = 1, maxLength = 1_000 } = parameter;
    const fits = Array.isArray(value) && value.length >= minLength && value.length <= maxLength && value.every(Number.isFinite);
    if (!fits) throw wrong(parameter, `a list of ${minLength} to ${maxLength} numbers`, value);
    return value as number[];
  },
  polygon(parameter, value) {
    const fits = Array.isArray(value) && value.length >= 3 && value.length <= 10_000 && value.every(isPlace);
    if (!fits) throw wrong(parameter, 'a ring of at least three [lat, lon]', value);
    return value as [number, number][];
  },
  text(parameter, value) {
    if (typeof value !== 'string') throw wrong(parameter, 'text', value);
    return value;
  },
};

function inRange(parameter: Of<'number'> | Of<'integer'>, value: unknown): number {
  const { min = -Infinity, max = Infinity } = parameter;
  if (typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max) return value;
  const bounds = [parameter.min !== undefined && `at least ${min}`, parameter.max !== undefined && `at most ${max}`].filter(Boolean);
  throw wrong(parameter, `a number${bounds.length > 0 ? ` of ${bounds.join(' and ')}` : ''}`, value);
}

const isPlace = (place: unknown): boolean =>
  Array.isArray(place) && place.length === 2 && Math.abs(Number(place[0])) <= 90 && Math.abs(Number(place[1])) <= 180;

const wrong = ({ name }: Parameter, needed: string, value: unknown): OperationError =>
  new OperationError(`"${name}" must be ${needed}, not ${(JSON.stringify(value) ?? String(value)).slice(0, 80)}`, name);

/** For messages: a length in ms as people write it. */
export function durationText(ms: number): string {
  const [unit] = (['d', 'h', 'm', 's', 'ms'] as const).filter((it) => ms % UNIT_MS[it] === 0);
  return unit === undefined ? `${ms}ms` : formatEvery({ count: ms / UNIT_MS[unit], unit });
}
