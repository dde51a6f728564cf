/** A schema made ready for the hottest loop there is: its fields as slots that check a value and write it to a column.
 *  One compiled schema serves every device with the same schema on this thread. */
import type { DeviceSchema, FieldColumn, FieldSchema, PartColumns } from '#contracts';
import { STRING_CHARS_DEFAULT } from './limits.js';
import { takeCompound, takeText } from './values.js';

/** What a slot does with a value. Constants and no enum, because the hot loop branches on them. */
export const NUMBER = 0;
export const INTEGER = 1;
/** Booleans, strings and enums. */
export const TEXT = 2;
/** Locations and vectors. */
export const COMPOUND = 3;
export const TIME = 4;
export const SEQ = 5;
export const VALUES = 6;
export const IGNORED = 7;
export const UNKNOWN = 8;
export type Kind = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export type Column = (number | string | boolean | null)[];

/** What is wrong with a value: the verdict, but for the place of its reading. */
export interface Fault {
  field?: string;
  code: 'above-max' | 'below-min' | 'wrong-type' | 'missing-field' | 'unknown-field' | 'not-in-enum' | 'too-long' | 'bad-time' | 'bad-seq';
  message: string;
}

/** One place for a value: a field, a part of a compound field, or one of the names a reading uses for itself.
 *  `column` belongs to the batch under way; a batch is read without interruption, so one set of columns is enough. */
export class Slot {
  column: Column | undefined = undefined;
  /** The row of the first value in `column`; before it stand nulls. */
  private since = 0;
  /** For the values of enums; undefined for other texts. */
  readonly allowed: ReadonlySet<string> | undefined;
  readonly min: number;
  readonly max: number;
  readonly charsMax: number;
  readonly parts: readonly Slot[];
  readonly required: boolean;

  constructor(
    readonly name: string,
    readonly kind: Kind,
    readonly field?: FieldSchema,
    range: { min?: number; max?: number; required?: boolean } = {},
    parts: readonly Slot[] = [],
  ) {
    // With the largest finite numbers as default limits, one comparison each also refuses NaN and the infinities.
    this.min = range.min ?? -Number.MAX_VALUE;
    this.max = range.max ?? Number.MAX_VALUE;
    this.required = range.required ?? false;
    this.allowed = field?.type === 'enum' ? new Set(field.values) : undefined;
    this.charsMax = field?.type === 'string' ? (field.maxLength ?? STRING_CHARS_DEFAULT) : 0;
    this.parts = parts;
  }

  /** Writes a value that was checked; false where the reading has given this field already. */
  put(value: number | string | boolean, row: number): boolean {
    const column = this.column ?? this.begin(row);
    if (column.length > row) return false;
    while (column.length < row) column.push(null);
    column.push(value);
    return true;
  }

  private begin(row: number): Column {
    this.since = row;
    return (this.column = []);
  }

  /** Checks and writes a value of any kind but numbers, which the loop takes itself. */
  take(value: unknown, row: number): Fault | undefined {
    return this.kind === COMPOUND ? takeCompound(this, value, row) : takeText(this, value, row);
  }

  /** Takes back what was written for a row that is not kept. */
  dropRow(row: number): void {
    if (this.column !== undefined && this.column.length > row) {
      if (this.since === row) this.column = undefined;
      else this.column.pop();
    }
    for (const part of this.parts) part.dropRow(row);
  }

  /** Hands over the column of a finished batch, as long as the batch; undefined where no reading had the field. */
  finish(rows: number): FieldColumn | undefined {
    if (this.kind === COMPOUND) return this.finishParts(rows);
    const { column } = this;
    this.column = undefined;
    if (column === undefined) return undefined;
    while (column.length < rows) column.push(null);
    return column as FieldColumn;
  }

  private finishParts(rows: number): PartColumns | undefined {
    let columns: PartColumns | undefined;
    for (const part of this.parts) {
      const column = part.finish(rows) as (number | null)[] | undefined;
      if (column !== undefined) (columns ??= {})[part.name] = column;
    }
    return columns;
  }
}

const RESERVED: readonly Slot[] = [
  new Slot('time', TIME),
  new Slot('ts', TIME),
  new Slot('seq', SEQ),
  new Slot('values', VALUES),
  new Slot('deviceId', IGNORED),
];
const STRANGER = new Slot('', UNKNOWN);

export class CompiledSchema {
  readonly fields: readonly Slot[];
  readonly required: readonly Slot[];
  /** The slots of the members of the last reading, and of those under its `values`, by place: the next reading nearly
   *  always has the same members in the same order, and comparing a name with the expected one is much faster than
   *  looking it up. */
  readonly plans: readonly [Slot[], Slot[]] = [[], []];
  private readonly slots: ReadonlyMap<string, Slot>;

  constructor(
    readonly schema: DeviceSchema,
    /** The schema as JSON. */
    readonly text: string,
  ) {
    this.fields = Object.entries(schema.fields).map(([name, field]) => slotOf(name, field));
    this.required = this.fields.filter(({ required }) => required);
    this.slots = new Map([...RESERVED, ...this.fields].map((slot) => [slot.name, slot]));
  }

  get ignoresUnknown(): boolean {
    return this.schema.unknownFields === 'ignore';
  }

  /** The slot for the member at `place`, which was not the expected one. */
  expect(plan: Slot[], name: string, place: number): Slot {
    const slot = this.slots.get(name);
    if (slot === undefined) return STRANGER;
    if (place <= plan.length) plan[place] = slot;
    return slot;
  }
}

function slotOf(name: string, field: FieldSchema): Slot {
  switch (field.type) {
    case 'number':
      return new Slot(name, NUMBER, field, field);
    case 'integer':
      return new Slot(name, INTEGER, field, field);
    case 'boolean':
    case 'string':
    case 'enum':
      return new Slot(name, TEXT, field, { required: field.required });
    case 'location':
      return new Slot(name, COMPOUND, field, { required: field.required }, [
        new Slot('lat', NUMBER, field, { min: -90, max: 90, required: true }),
        new Slot('lon', NUMBER, field, { min: -180, max: 180, required: true }),
        new Slot('alt', NUMBER, field),
      ]);
    case 'vector': {
      const { min, max } = field;
      const axes = field.axes.map((axis) => new Slot(axis, NUMBER, field, { min, max, required: true }));
      return new Slot(name, COMPOUND, field, { required: field.required }, axes);
    }
    default:
      return field satisfies never;
  }
}

/** Compiled schemas by their text, as long as a device uses them. */
const interned = new Map<string, WeakRef<CompiledSchema>>();
const forgotten = new FinalizationRegistry<string>((text) => {
  if (interned.get(text)?.deref() === undefined) interned.delete(text);
});

/** `schema` must have passed `parseSchema`. */
export function compileSchema(schema: DeviceSchema): CompiledSchema {
  const text = JSON.stringify(schema);
  const known = interned.get(text)?.deref();
  if (known !== undefined) return known;
  const compiled = new CompiledSchema(schema, text);
  interned.set(text, new WeakRef(compiled));
  forgotten.register(compiled, text);
  return compiled;
}
