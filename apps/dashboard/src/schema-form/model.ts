/** A schema as the form holds it: rows of text, which become a schema and come from one, both ways without loss. */
import type { DeviceSchema, FieldSchema, FieldType } from '#contracts';
import { whyNotAFieldName } from '#contracts';

export interface FieldRow {
  /** Of this row on the screen only. */
  key: string;
  name: string;
  type: FieldType;
  label: string;
  unit: string;
  min: string;
  max: string;
  precision: string;
  maxLength: string;
  values: string[];
  axes: string[];
  required: boolean;
  counter: boolean;
}

export interface SchemaDraft {
  rows: FieldRow[];
  unknownFields: 'reject' | 'ignore';
  /** Kept as they came: the form does not edit them, the JSON view does. */
  upcasts?: DeviceSchema['upcasts'];
}

export const FIELD_TYPES: { value: FieldType; label: string }[] = [
  { value: 'number', label: 'Number' },
  { value: 'integer', label: 'Integer' },
  { value: 'boolean', label: 'Boolean' },
  { value: 'enum', label: 'Enum' },
  { value: 'string', label: 'String' },
  { value: 'location', label: 'Location' },
  { value: 'vector', label: 'Vector' },
];

let made = 0;

export function newRow(over: Partial<FieldRow> = {}): FieldRow {
  made += 1;
  return {
    key: `row-${made}`,
    name: '',
    type: 'number',
    label: '',
    unit: '',
    min: '',
    max: '',
    precision: '',
    maxLength: '',
    values: [],
    axes: ['x', 'y', 'z'],
    required: false,
    counter: false,
    ...over,
  };
}

export const newDraft = (): SchemaDraft => ({ rows: [newRow()], unknownFields: 'reject' });

export function draftOf(schema: DeviceSchema): SchemaDraft {
  return {
    rows: Object.entries(schema.fields).map(([name, field]) => rowOf(name, field)),
    unknownFields: schema.unknownFields ?? 'reject',
    upcasts: schema.upcasts,
  };
}

function rowOf(name: string, field: FieldSchema): FieldRow {
  const text = (value: number | undefined): string => (value === undefined ? '' : String(value));
  return newRow({
    name,
    type: field.type,
    label: field.label ?? '',
    unit: field.unit ?? '',
    precision: text(field.precision),
    required: field.required ?? false,
    min: 'min' in field ? text(field.min) : '',
    max: 'max' in field ? text(field.max) : '',
    maxLength: field.type === 'string' ? text(field.maxLength) : '',
    values: field.type === 'enum' ? field.values : [],
    axes: field.type === 'vector' ? field.axes : ['x', 'y', 'z'],
    counter: 'counter' in field ? (field.counter ?? false) : false,
  });
}

export function schemaOf(draft: SchemaDraft): DeviceSchema {
  const schema: DeviceSchema = {
    fields: Object.fromEntries(draft.rows.map((row) => [row.name.trim(), fieldOf(row)])),
    unknownFields: draft.unknownFields,
  };
  if (draft.upcasts) schema.upcasts = draft.upcasts;
  return schema;
}

/** What a type has besides its name: the form shows just this. */
export const has = {
  unit: (type: FieldType): boolean => type === 'number' || type === 'integer' || type === 'vector',
  range: (type: FieldType): boolean => type === 'number' || type === 'integer' || type === 'vector',
  precision: (type: FieldType): boolean => type === 'number' || type === 'vector',
  counter: (type: FieldType): boolean => type === 'number' || type === 'integer',
};

function fieldOf(row: FieldRow): FieldSchema {
  const field: Record<string, unknown> = { type: row.type };
  if (has.unit(row.type) && row.unit.trim()) field['unit'] = row.unit.trim();
  if (has.range(row.type)) {
    addNumber(field, 'min', row.min);
    addNumber(field, 'max', row.max);
  }
  if (row.type === 'string') addNumber(field, 'maxLength', row.maxLength);
  if (row.type === 'enum') field['values'] = row.values;
  if (row.type === 'vector') field['axes'] = row.axes;
  if (row.required) field['required'] = true;
  if (has.counter(row.type) && row.counter) field['counter'] = true;
  if (row.label.trim()) field['label'] = row.label.trim();
  if (has.precision(row.type)) addNumber(field, 'precision', row.precision);
  return field as unknown as FieldSchema;
}

function addNumber(field: Record<string, unknown>, name: string, text: string): void {
  if (text.trim() !== '') field[name] = Number(text);
}

/** Errors by row key, then by member; what belongs to no row is under `''`. */
export type SchemaErrors = Record<string, Record<string, string>>;

/** What can be seen to be wrong before asking the server, which has the last word. */
export function checkDraft({ rows }: SchemaDraft): SchemaErrors {
  const errors: SchemaErrors = {};
  const complain = (key: string, member: string, message: string): void => void ((errors[key] ??= {})[member] ??= message);
  const seen = new Set<string>();
  for (const row of rows) {
    const name = row.name.trim();
    const why = name === '' ? 'a field needs a name' : whyNotAFieldName(name);
    if (why) complain(row.key, 'name', why);
    else if (seen.has(name)) complain(row.key, 'name', 'another field has this name');
    seen.add(name);
    for (const member of ['min', 'max', 'precision', 'maxLength'] as const) {
      if (row[member].trim() !== '' && !Number.isFinite(Number(row[member]))) complain(row.key, member, 'not a number');
    }
    if (has.range(row.type) && row.min && row.max && Number(row.min) > Number(row.max)) complain(row.key, 'max', 'below min');
    if (row.type === 'enum' && row.values.length === 0) complain(row.key, 'values', 'at least one value');
    if (row.type === 'vector' && row.axes.length === 0) complain(row.key, 'axes', 'at least one axis');
  }
  if (rows.length === 0) complain('', 'fields', 'a schema has at least one field');
  return errors;
}

/** The server's `errors: [{path: "fields.temperature.min", message}]`, at the rows they speak of. */
export function placeErrors(draft: SchemaDraft, errors: unknown): SchemaErrors {
  const placed: SchemaErrors = {};
  if (!Array.isArray(errors)) return placed;
  for (const { path = '', message = '' } of errors as { path?: string; message?: string }[]) {
    const [section, name, member = 'name'] = path.replace(/^schema\./, '').split('.');
    const row = section === 'fields' ? draft.rows.find((each) => each.name.trim() === name) : undefined;
    const at = (placed[row?.key ?? ''] ??= {});
    at[row ? member.replace(/\[.*$/, '') || 'name' : path || 'fields'] = message;
  }
  return placed;
}
