/** What a condition looks at: the fields, each with the bounds that a chart of it can show. */
import type { AlertCondition, DeviceSchema, FieldSchema } from '#contracts';
import { isNumeric, partsOf } from '#contracts';

export interface Bound {
  value: number;
  /** `clear`: where the condition ends again. */
  kind: 'bound' | 'clear';
}

export interface LookedAt {
  deviceId: string;
  field: string;
  bounds: Bound[];
  /** Of a geofence. */
  area?: [number, number][];
}

/** Each field once, in the order of the condition, with all bounds on it. */
export function looksAt(condition: AlertCondition, deviceId: string): LookedAt[] {
  const found = new Map<string, LookedAt>();
  for (const one of leaves(condition, deviceId)) {
    const key = `${one.deviceId} ${one.field}`;
    const known = found.get(key);
    if (known) known.bounds.push(...one.bounds);
    else found.set(key, one);
  }
  return [...found.values()];
}

function leaves(condition: AlertCondition, deviceId: string): LookedAt[] {
  switch (condition.type) {
    case 'all':
    case 'any':
      return condition.of.flatMap((each) => leaves(each, deviceId));
    case 'compare':
      return [condition.left, condition.right].map((side) => ({ deviceId: side.deviceId ?? deviceId, field: side.field, bounds: [] }));
    case 'no-data':
      return condition.field === undefined ? [] : [{ deviceId, field: condition.field, bounds: [] }];
    case 'geofence':
      return [{ deviceId, field: condition.field, bounds: [], area: condition.polygon }];
    default:
      return [{ deviceId, field: condition.field, bounds: boundsOf(condition) }];
  }
}

function boundsOf(condition: AlertCondition): Bound[] {
  const bound = (value: number | undefined, kind: Bound['kind'] = 'bound'): Bound[] => (value === undefined ? [] : [{ value, kind }]);
  switch (condition.type) {
    case 'threshold':
      return [...bound(condition.value), ...bound(condition.clear, 'clear')];
    case 'range': {
      const { min, max, hysteresis = 0 } = condition;
      const inside =
        hysteresis === 0 ? [] : [min === undefined ? undefined : min + hysteresis, max === undefined ? undefined : max - hysteresis];
      return [...bound(min), ...bound(max), ...inside.flatMap((value) => bound(value, 'clear'))];
    }
    case 'forecast':
      return bound(condition.value);
    default:
      return [];
  }
}

/** Does the condition look at this field of the device, or at a part of it? */
export const concerns = (looked: readonly LookedAt[], deviceId: string, field: string): boolean =>
  looked.some((one) => one.deviceId === deviceId && (one.field === field || one.field.startsWith(`${field}.`)));

/** The schema of a field, or of the one that it is a part of. */
export function fieldOf({ fields }: Pick<DeviceSchema, 'fields'>, part: string): FieldSchema | undefined {
  return fields[part] ?? fields[part.slice(0, Math.max(0, part.lastIndexOf('.')))];
}

/** Of numbers and booleans, by part; a location is no number here. */
export const numericParts = (fields: Record<string, FieldSchema>): string[] =>
  Object.entries(fields).flatMap(([name, field]) => (isNumeric(field) && field.type !== 'location' ? partsOf(name, field) : []));

/** Where nothing is known of the rule any more: the fields that the cause names. */
export function namedIn(cause: string, fields: Record<string, FieldSchema>): string[] {
  const names = [...numericParts(fields), ...Object.keys(fields).filter((name) => fields[name]?.type === 'location')];
  return names.filter((name) => new RegExp(`(^|, |of )${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}( |$)`).test(cause));
}
