/** Fields of a device as the series store keeps them: each part a column, of numbers or of text. */
import { type DeviceSchema, type FieldSchema, isNumeric, partsOf } from '#contracts';
import { ENUM_VALUE_CHARS_MAX, STRING_CHARS_DEFAULT } from '#domain';

export interface Part {
  /** `position.lat`, or the field itself. */
  name: string;
  field: string;
  /** Within its field: `lat`; absent for a field of one part. */
  part?: string;
  type: FieldSchema['type'];
  numeric: boolean;
  /** Of its longest text, in any version; 0 where it never was text. */
  charsMax: number;
}

/** The parts of all versions, oldest first, a field as its latest version has it: what was dropped can still be asked for, what was
 *  renamed only by its new name. */
export function partsIn(schemas: DeviceSchema[]): Map<string, Part> {
  const fields = new Map<string, FieldSchema>();
  const longest = new Map<string, number>();
  const lengthen = (name: string, chars = 0) => longest.set(name, Math.max(longest.get(name) ?? 0, chars));
  for (const schema of schemas) {
    for (const [name, { from }] of Object.entries(schema.upcasts ?? {})) {
      if (from === undefined) continue;
      lengthen(name, longest.get(from));
      if (!Object.hasOwn(schema.fields, from)) fields.delete(from);
    }
    for (const [name, field] of Object.entries(schema.fields)) {
      fields.set(name, field);
      lengthen(name, charsMaxOf(field));
    }
  }
  const parts = [...fields].flatMap(([name, field]) =>
    partsOf(name, field).map((whole): Part => {
      const compound = field.type === 'location' || field.type === 'vector';
      return {
        name: whole,
        field: name,
        ...(compound && { part: whole.slice(name.length + 1) }),
        type: field.type,
        numeric: isNumeric(field),
        charsMax: longest.get(name)!,
      };
    }),
  );
  return new Map(parts.map((part) => [part.name, part]));
}

function charsMaxOf(field: FieldSchema): number {
  if (field.type === 'string') return field.maxLength ?? STRING_CHARS_DEFAULT;
  return field.type === 'enum' ? ENUM_VALUE_CHARS_MAX : 0;
}
