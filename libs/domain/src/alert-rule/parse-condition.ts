/** From any JSON to a condition. */
import { COMPARISONS, CONDITION_TYPES, DEVICE_ID, type AlertCondition } from '#contracts';
import { cut, show } from '../kernel/show.js';
import { present, Reader, type RuleError } from './reader.js';

/** Of one rule, however nested: each is computed for every reading. */
export const CONDITIONS_MAX = 32;
export const DEPTH_MAX = 4;
export const CORNERS_MAX = 1_000;

type Type = AlertCondition['type'];

export function parseCondition(json: unknown, path: string, errors: RuleError[]): AlertCondition | undefined {
  return parseNested(json, { path, errors, depth: 1, budget: { left: CONDITIONS_MAX } });
}

interface Place {
  path: string;
  errors: RuleError[];
  depth: number;
  budget: { left: number };
}

function parseNested(json: unknown, place: Place): AlertCondition | undefined {
  const { path, errors, depth, budget } = place;
  const reader = Reader.of(json, path, errors, 'an object with a type');
  if (!reader) return undefined;
  if (depth > DEPTH_MAX) return reader.complain('', `is nested more than ${DEPTH_MAX} deep`);
  if (budget.left-- === 0) return reader.complain('', `is more than the ${CONDITIONS_MAX} conditions a rule may have`);
  const type = reader.choice('type', CONDITION_TYPES);
  if (type === undefined) return undefined;
  const before = errors.length;
  const parsed = present({ type, ...PARSERS[type](reader, place) }) as unknown as AlertCondition;
  return errors.length === before ? parsed : undefined;
}

const PARSERS: Record<Type, (reader: Reader, place: Place) => object> = {
  threshold(reader) {
    reader.only(['type', 'field', 'op', 'value', 'clear']);
    const op = comparison(reader);
    const value = reader.number('value');
    const clear = reader.has('clear') ? reader.number('clear') : undefined;
    if (value !== undefined && clear !== undefined && op !== undefined && (op.startsWith('>') ? clear > value : clear < value)) {
      reader.complain('clear', `is on the side of ${value} where the condition does not hold, not ${clear}`);
    }
    return { field: field(reader), op, value, clear };
  },
  range(reader) {
    reader.only(['type', 'field', 'min', 'max', 'hysteresis']);
    const min = reader.has('min') ? reader.number('min') : undefined;
    const max = reader.has('max') ? reader.number('max') : undefined;
    const hysteresis = reader.has('hysteresis') ? reader.number('hysteresis', 0) : undefined;
    if (!reader.has('min') && !reader.has('max')) reader.complain('', 'has a min, a max, or both');
    else if ((min ?? -Infinity) + 2 * (hysteresis ?? 0) > (max ?? Infinity)) {
      reader.complain('max', 'leaves no room above min, and twice the hysteresis where there is one');
    }
    return { field: field(reader), min, max, hysteresis };
  },
  rate(reader) {
    reader.only(['type', 'field', 'op', 'value', 'per', 'over']);
    const over = reader.has('over') ? reader.duration('over') : undefined;
    return { field: field(reader), op: comparison(reader), value: reader.number('value'), per: reader.duration('per'), over };
  },
  geofence(reader) {
    reader.only(['type', 'field', 'polygon', 'when']);
    const polygon = reader.list('polygon', CORNERS_MAX, 3);
    const bad = polygon?.findIndex((corner) => !isPlace(corner)) ?? -1;
    if (bad >= 0) reader.complain(`polygon.${bad}`, `is [latitude, longitude] in degrees, not ${show(polygon![bad])}`);
    return { field: field(reader), polygon, when: reader.choice('when', ['inside', 'outside']) };
  },
  'no-data'(reader) {
    reader.only(['type', 'field', 'within']);
    return { field: reader.has('field') ? field(reader) : undefined, within: reader.duration('within') };
  },
  anomaly(reader) {
    reader.only(['type', 'field', 'score']);
    return { field: field(reader), score: reader.number('score', 0, 1) };
  },
  forecast(reader) {
    reader.only(['type', 'field', 'op', 'value', 'within', 'params']);
    const params = reader.has('params') ? reader.object('params', 'an object with halfLife') : undefined;
    params?.only(['halfLife']);
    const halfLife = params?.has('halfLife') ? params.duration('halfLife') : undefined;
    return {
      field: field(reader),
      op: comparison(reader),
      value: reader.number('value'),
      within: reader.duration('within'),
      params: halfLife === undefined ? undefined : { halfLife },
    };
  },
  compare(reader) {
    reader.only(['type', 'left', 'op', 'right', 'offset']);
    const offset = reader.has('offset') ? reader.number('offset') : undefined;
    return { left: side(reader, 'left'), op: comparison(reader), right: side(reader, 'right'), offset };
  },
  all: parseOf,
  any: parseOf,
};

function parseOf(reader: Reader, place: Place): object {
  reader.only(['type', 'of']);
  const of = reader.list('of', CONDITIONS_MAX);
  return { of: of?.map((each, i) => parseNested(each, { ...place, path: `${reader.path}.of.${i}`, depth: place.depth + 1 })) };
}

function side(reader: Reader, member: string): object | undefined {
  const own = reader.object(member, 'an object with a field');
  if (!own) return undefined;
  own.only(['deviceId', 'field']);
  const { deviceId } = own.json;
  const named = own.has('deviceId');
  if (named && !(typeof deviceId === 'string' && DEVICE_ID.test(deviceId))) own.complain('deviceId', `is no device id: ${show(deviceId)}`);
  return present({ deviceId: named ? deviceId : undefined, field: field(own) });
}

const comparison = (reader: Reader) => reader.choice('op', COMPARISONS);

function field(reader: Reader): string | undefined {
  const name = reader.text('field', 257);
  if (name === undefined) return undefined;
  return /^(__proto__|constructor|prototype)(\.|$)/.test(name) ? reader.complain('field', `is no field: ${cut(name)}`) : name;
}

const isPlace = (corner: unknown): boolean =>
  Array.isArray(corner) &&
  corner.length === 2 &&
  corner.every((one) => typeof one === 'number') &&
  Math.abs(corner[0] as number) <= 90 &&
  Math.abs(corner[1] as number) <= 180;
