/** Which slot of a table row holds which part of a device's fields: a pure fold over the schemas a device ever had. */
import { isNumeric, partsOf, type DeviceSchema } from '#contracts';

export type PartKind = 'number' | 'text';

/** A part's place in a row: `n<index>` or `t<index>`. A slot never changes its part or its meaning. */
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

export interface SizeClass {
  numbers: number;
  texts: number;
}

export interface Layout {
  /** Where a part is written now. */
  writing: ReadonlyMap<string, Slot>;
  /** How a part is read under the newest schema; parts without a reader are not shown. */
  reading: ReadonlyMap<string, PartReader>;
  /** All slots ever given, in order. */
  slots: readonly Slot[];
  /** How many slots of each kind are given. */
  numbers: number;
  texts: number;
  /** Tables the device's rows may be in, the one written to now last. */
  classes: readonly SizeClass[];
}

/** One step of the fold: a schema, or fields that came without one (`additive`): these change nothing that stands. */
export interface LayoutStep {
  schema: DeviceSchema;
  additive: boolean;
}

export const EMPTY_LAYOUT: Layout = {
  writing: new Map(),
  reading: new Map(),
  slots: [],
  numbers: 0,
  texts: 0,
  classes: [{ numbers: 0, texts: 0 }],
};

export function extendLayout(layout: Layout, { schema, additive }: LayoutStep): Layout {
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
  return { ...next, classes: withClass(layout.classes, sizeClass(next.numbers, next.texts)) };
}

/** Powers of two (and none), so that all devices together need few tables. */
export function sizeClass(numbers: number, texts: number): SizeClass {
  return { numbers: roundUp(numbers), texts: roundUp(texts) };
}

export function tableOf({ numbers, texts }: SizeClass): string {
  return `readings_n${numbers}_t${texts}`;
}

function roundUp(n: number): number {
  return n === 0 ? 0 : 2 ** Math.ceil(Math.log2(n));
}

function withClass(classes: readonly SizeClass[], next: SizeClass): SizeClass[] {
  return [...classes.filter((one) => tableOf(one) !== tableOf(next)), next];
}

function isPartOf(part: string, field: string): boolean {
  return part === field || part.startsWith(`${field}.`);
}

function upcasted(
  layout: Layout,
  source: string,
  kind: PartKind,
  { scale = 1, offset = 0 }: { scale?: number; offset?: number },
): PartReader['sources'] {
  const reader = layout.reading.get(source);
  if (reader?.kind !== kind) return [];
  return reader.sources.map((one) => ({ index: one.index, scale: one.scale * scale, offset: one.offset * scale + offset }));
}
