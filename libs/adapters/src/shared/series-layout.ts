/** Which slot holds which part of a device's fields, and how the newest schema reads it: a pure fold over the schemas a device ever had. */
import { isNumeric, partsOf, type DeviceSchema, type FieldSchema, type PackedColumns } from '#contracts';

export type PartKind = 'number' | 'text';

/** A part's place in a row, counted by kind. A slot never changes its part or its meaning. */
export interface Slot {
  part: string;
  kind: PartKind;
  index: number;
}

/** A part reads slot × scale + offset of the first source that has a value; a row has at most one. */
export interface PartReader {
  kind: PartKind;
  sources: { index: number; scale: number; offset: number }[];
}

export interface SlotLayout {
  /** Where a part is written now. */
  writing: ReadonlyMap<string, Slot>;
  /** How a part is read under the newest schema; parts without a reader are not shown. */
  reading: ReadonlyMap<string, PartReader>;
  /** All slots ever given, in order. */
  slots: readonly Slot[];
  /** How many slots of each kind are given. */
  numbers: number;
  texts: number;
}

/** One step of the fold: a schema, or fields that came without one (`additive`): these change nothing that stands. */
export interface LayoutStep {
  schema: DeviceSchema;
  additive: boolean;
}

export const EMPTY_SLOTS: SlotLayout = { writing: new Map(), reading: new Map(), slots: [], numbers: 0, texts: 0 };

export function extendSlots(layout: SlotLayout, { schema, additive }: LayoutStep): SlotLayout {
  const next = {
    writing: new Map(layout.writing),
    reading: new Map(layout.reading),
    slots: [...layout.slots],
    numbers: layout.numbers,
    texts: layout.texts,
  };
  const give = (part: string, kind: PartKind, history: PartReader['sources']): void => {
    const slot: Slot = { part, kind, index: kind === 'number' ? next.numbers++ : next.texts++ };
    next.slots.push(slot);
    next.writing.set(part, slot);
    next.reading.set(part, { kind, sources: [{ index: slot.index, scale: 1, offset: 0 }, ...history] });
  };
  const upcasts = additive ? {} : (schema.upcasts ?? {});
  for (const { from } of Object.values(upcasts)) {
    if (from === undefined || schema.fields[from]) continue;
    for (const part of [...layout.reading.keys()].filter((one) => isPartOf(one, from))) {
      next.reading.delete(part);
      next.writing.delete(part);
    }
  }
  for (const [name, field] of Object.entries(schema.fields)) {
    const kind: PartKind = isNumeric(field) ? 'number' : 'text';
    const upcast = Object.hasOwn(upcasts, name) ? upcasts[name] : undefined;
    for (const part of partsOf(name, field)) {
      if (upcast) give(part, kind, upcasted(layout, (upcast.from ?? name) + part.slice(name.length), kind, upcast));
      else if (next.writing.get(part)?.kind !== kind) give(part, kind, []);
    }
  }
  return next;
}

/** As it is stored: only what the layout depends on, so that devices that differ in labels and limits share one. */
export function formatStep({ schema, additive }: LayoutStep): string {
  const fields = Object.fromEntries(
    Object.entries(schema.fields).map(([name, field]) => [
      name,
      field.type === 'vector' ? { type: field.type, axes: field.axes } : { type: field.type },
    ]),
  );
  return JSON.stringify({ schema: { fields, upcasts: schema.upcasts }, additive });
}

export function parseStep(text: string): LayoutStep {
  return JSON.parse(text) as LayoutStep;
}

/** One part of the columns of an event. */
export type PartValues = readonly (number | string | boolean | null)[] | Float64Array;

/** Else it has parts. */
export const isColumn = (column: PackedColumns['fields'][string]): column is PartValues & typeof column =>
  Array.isArray(column) || column instanceof Float64Array;

/** `position: { lat: […] }` → `position.lat`. */
export function partsOfColumns(fields: PackedColumns['fields']): [part: string, values: PartValues][] {
  return Object.entries(fields).flatMap(([name, column]): [string, PartValues][] =>
    isColumn(column) ? [[name, column]] : Object.entries(column).map(([part, values]) => [`${name}.${part}`, values]),
  );
}

/** The parts that no slot waits for, as fields: it should not happen, but nothing received may be lost. Undefined where there are none. */
export function unnamedFields(layout: SlotLayout, parts: [part: string, values: PartValues][]): DeviceSchema['fields'] | undefined {
  const missing = parts.filter(([part]) => !layout.writing.has(part));
  if (missing.length === 0) return undefined;
  return Object.fromEntries(
    missing.map(([part, values]): [string, FieldSchema] => [
      part,
      { type: Array.isArray(values) && values.some((value) => typeof value === 'string') ? 'string' : 'number' },
    ]),
  );
}

function isPartOf(part: string, field: string): boolean {
  return part === field || part.startsWith(`${field}.`);
}

function upcasted(
  layout: SlotLayout,
  source: string,
  kind: PartKind,
  { scale = 1, offset = 0 }: { scale?: number; offset?: number },
): PartReader['sources'] {
  const reader = layout.reading.get(source);
  if (reader?.kind !== kind) return [];
  return reader.sources.map((one) => ({ index: one.index, scale: one.scale * scale, offset: one.offset * scale + offset }));
}
