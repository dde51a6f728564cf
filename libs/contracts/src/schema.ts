/** The language in which a user describes what a device measures. */

/** One field of a device schema. `unit` is a UCUM code; `precision` is the number of decimals shown. */
export type FieldSchema =
  | ({ type: 'number' | 'integer'; min?: number; max?: number; counter?: boolean } & FieldCommon)
  | ({ type: 'boolean' } & FieldCommon)
  | ({ type: 'string'; maxLength?: number } & FieldCommon)
  | ({ type: 'enum'; values: string[] } & FieldCommon)
  | ({ type: 'location' } & FieldCommon)
  | ({ type: 'vector'; axes: string[]; min?: number; max?: number } & FieldCommon);

export interface FieldCommon {
  unit?: string;
  required?: boolean;
  label?: string;
  precision?: number;
}

export type FieldType = FieldSchema['type'];

/** How a field of this schema version reads what was stored under earlier versions: value × scale + offset. */
export interface FieldUpcast {
  from?: string;
  scale?: number;
  offset?: number;
}

export interface DeviceSchema {
  fields: Record<string, FieldSchema>;
  /** What happens to a field the schema does not name; `reject` when absent. */
  unknownFields?: 'reject' | 'ignore';
  /** Needed for a field whose type, unit or axes change; absent otherwise. */
  upcasts?: Record<string, FieldUpcast>;
}

/** The parts under which a compound field is stored and queried: `position` → `position.lat`, … */
export function partsOf(name: string, field: FieldSchema): string[] {
  switch (field.type) {
    case 'location':
      return [`${name}.lat`, `${name}.lon`, `${name}.alt`];
    case 'vector':
      return field.axes.map((axis) => `${name}.${axis}`);
    default:
      return [name];
  }
}

/** True where the stored parts of the field are numbers (booleans are stored as 0 and 1). */
export function isNumeric(field: FieldSchema): boolean {
  return field.type !== 'string' && field.type !== 'enum';
}
