/** Whether a new schema can read what was stored under the one before it. */
import type { DeviceSchema, FieldSchema, FieldType } from '#contracts';
import type { Rejection } from '../kernel/decider.js';
import { invalidSchema, type SchemaError } from './schema-error.js';

/** Everything that would make stored values unreadable or mean something else; undefined where nothing does. */
export function whyBreaksHistory(former: DeviceSchema, next: DeviceSchema): Rejection | undefined {
  const misdirected = misdirectedUpcasts(former, next);
  if (misdirected.length > 0) return invalidSchema(misdirected);

  const errors: SchemaError[] = [];
  for (const [name, field] of Object.entries(next.fields)) {
    const upcast = ownOf(next.upcasts, name);
    const source = ownOf(former.fields, upcast?.from ?? name);
    if (source === undefined) continue;
    const why = upcast === undefined ? whyDifferent(source, field) : whyUnreadable(source, field);
    if (why !== undefined) errors.push({ path: `fields.${name}`, message: why });
  }
  if (errors.length === 0) return undefined;
  const names = errors.map(({ path }) => path.slice('fields.'.length)).join(', ');
  return {
    code: 'schema.breaks-history',
    message: `the history of ${names} could not be read: ${errors[0]!.message}`,
    details: { errors: errors.map(({ path, message }) => ({ path, message })) },
  };
}

/** The first schema of a device has nothing to read. */
export function whyCannotBeFirst(schema: DeviceSchema): Rejection | undefined {
  if (schema.upcasts === undefined) return undefined;
  return invalidSchema(
    Object.keys(schema.upcasts).map((name) => ({
      path: `upcasts.${name}`,
      message: 'the first schema of a device has no former one whose values it could read',
    })),
  );
}

function misdirectedUpcasts(former: DeviceSchema, next: DeviceSchema): SchemaError[] {
  return Object.entries(next.upcasts ?? {})
    .filter(([name, { from }]) => !Object.hasOwn(former.fields, from ?? name))
    .map(([name, { from }]) => ({
      path: from === undefined ? `upcasts.${name}` : `upcasts.${name}.from`,
      message: `the former schema has no field ${JSON.stringify(from ?? name)}`,
    }));
}

function whyDifferent(former: FieldSchema, next: FieldSchema): string | undefined {
  if (former.type !== next.type && !(former.type === 'integer' && next.type === 'number')) {
    return `the type changes from ${former.type} to ${next.type}`;
  }
  if (former.unit !== next.unit) return `the unit changes from ${unitOf(former)} to ${unitOf(next)}`;
  return whyOtherAxes(former, next);
}

/** An upcast converts between numbers, and between texts; it does not make one out of the other. */
function whyUnreadable(former: FieldSchema, next: FieldSchema): string | undefined {
  if (KIND[former.type] !== KIND[next.type]) return `values of type ${former.type} cannot be read as ${next.type}`;
  return whyOtherAxes(former, next);
}

function whyOtherAxes(former: FieldSchema, next: FieldSchema): string | undefined {
  if (former.type !== 'vector' || next.type !== 'vector') return undefined;
  if (former.axes.join() === next.axes.join()) return undefined;
  return `the axes change from ${former.axes.join(', ')} to ${next.axes.join(', ')}`;
}

const KIND: Record<FieldType, string> = {
  number: 'number',
  integer: 'number',
  boolean: 'number',
  string: 'text',
  enum: 'text',
  location: 'location',
  vector: 'vector',
};

const unitOf = (field: FieldSchema): string => (field.unit === undefined ? 'none' : JSON.stringify(field.unit));

function ownOf<T>(record: Record<string, T> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
