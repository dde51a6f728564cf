/** How the newest schema reads a value stored under an older one: version by version, as `schema.upcasts` says. */
import { isNumeric, partsOf, type DeviceSchema } from '#contracts';

export type Value = number | string | null;

export interface PartReader {
  value(schemaVersion: number, values: ReadonlyMap<string, Exclude<Value, null>>, part: string): Value;
  /** Whether a schema says so; undefined where none names the part. */
  isText(part: string): boolean | undefined;
  /** The parts there are to show, sorted. `seen`: those that readings ever carried. */
  shown(seen: ReadonlySet<string>): string[];
}

export function readerOf(schemas: { schemaVersion: number; schema: DeviceSchema }[]): PartReader {
  const value: PartReader['value'] = (schemaVersion, values, part) => {
    const newer = schemas.filter((one) => one.schemaVersion > schemaVersion);
    return valueUnder(
      newer.map(({ schema }) => schema),
      values,
      part,
    );
  };
  const shown: PartReader['shown'] = (seen) => {
    const named = new Set(schemas.flatMap(({ schema }) => partNames(schema)));
    const parts = new Set([...seen].filter((part) => !named.has(part)));
    for (const { schema } of schemas) {
      const renamedAway = Object.values(schema.upcasts ?? {}).flatMap(({ from }) =>
        from === undefined || schema.fields[from] ? [] : [from],
      );
      for (const part of parts) if (renamedAway.includes(fieldOf(part))) parts.delete(part);
      for (const part of partNames(schema)) parts.add(part);
    }
    return [...parts].sort();
  };
  const isText: PartReader['isText'] = (part) => {
    const named = schemas.findLast(({ schema }) => schema.fields[fieldOf(part)])?.schema.fields[fieldOf(part)];
    return named && !isNumeric(named);
  };
  return { value, shown, isText };
}

/** `newer`: the schemas since the value was stored, oldest first. */
function valueUnder(newer: DeviceSchema[], values: ReadonlyMap<string, Exclude<Value, null>>, part: string): Value {
  const schema = newer.at(-1);
  if (!schema) return values.get(part) ?? null;
  const older = newer.slice(0, -1);
  const field = fieldOf(part);
  const upcast = schema.upcasts?.[field];
  const renamedAway = Object.values(schema.upcasts ?? {}).some(({ from }) => from === field) && !schema.fields[field];
  if (renamedAway) return null;
  if (!upcast) return ofKind(schema, part, valueUnder(older, values, part));
  const source = valueUnder(older, values, (upcast.from ?? field) + part.slice(field.length));
  const upcasted = typeof source === 'number' ? source * (upcast.scale ?? 1) + (upcast.offset ?? 0) : source;
  return ofKind(schema, part, upcasted);
}

/** A text is not read as a number, nor the other way round. */
function ofKind(schema: DeviceSchema, part: string, value: Value): Value {
  const field = schema.fields[fieldOf(part)];
  if (!field || value === null) return value;
  return isNumeric(field) === (typeof value === 'number') ? value : null;
}

function fieldOf(part: string): string {
  const dot = part.indexOf('.');
  return dot < 0 ? part : part.slice(0, dot);
}

function partNames(schema: DeviceSchema): string[] {
  return Object.entries(schema.fields).flatMap(([name, field]) => partsOf(name, field));
}
