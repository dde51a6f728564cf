/** Fields of a device as the series store keeps them: each part a column, of numbers or of text. */
import { type DeviceSchema, type FieldSchema, isNumeric, partsOf } from '#contracts';

export interface Part {
  /** `position.lat`, or the field itself. */
  name: string;
  field: string;
  /** Within its field: `lat`; absent for a field of one part. */
  part?: string;
  type: FieldSchema['type'];
  numeric: boolean;
}

/** The parts of all versions, oldest first, a field as its latest version has it: what was dropped can still be asked for, what was
 *  renamed only by its new name. */
export function partsIn(schemas: DeviceSchema[]): Map<string, Part> {
  const fields = new Map<string, FieldSchema>();
  for (const schema of schemas) {
    for (const { from } of Object.values(schema.upcasts ?? {}))
      if (from !== undefined && !Object.hasOwn(schema.fields, from)) fields.delete(from);
    for (const [name, field] of Object.entries(schema.fields)) fields.set(name, field);
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
      };
    }),
  );
  return new Map(parts.map((part) => [part.name, part]));
}
