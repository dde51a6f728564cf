/** A schema made ready for the hottest loop there is: its fields as slots that check a value and write it to a column.
 *  One compiled schema serves every device with the same schema on this thread. */
import type { DeviceSchema, FieldSchema } from '#contracts';
import { FlatSchema } from './flat-schema.js';
import { COMPOUND, IGNORED, INTEGER, NUMBER, SEQ, Slot, TEXT, TIME, UNKNOWN, VALUES } from './slot.js';

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
  private flatSchema: FlatSchema | undefined | 'none' = undefined;

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

  /** For bodies that are read without being parsed; undefined where the names of the fields do not allow that. */
  get flat(): FlatSchema | undefined {
    this.flatSchema ??= FlatSchema.of(this.fields, RESERVED) ?? 'none';
    return this.flatSchema === 'none' ? undefined : this.flatSchema;
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
