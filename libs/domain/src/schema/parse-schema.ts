/** From any JSON to a schema that means something, or to everything that is wrong with it. */
import { whyNotAFieldName, type DeviceSchema, type FieldSchema, type FieldUpcast } from '#contracts';
import type { Rejection } from '../kernel/decider.js';
import { cut, isPlainObject, show } from '../kernel/show.js';
import { DEFAULT_SCHEMA_LIMITS, PARTS_MAX, SCHEMA_CHARS_MAX, SCHEMA_ERRORS_MAX, type SchemaLimits } from './limits.js';
import { parseField } from './parse-field.js';
import { invalidSchema, type Complain, type SchemaError } from './schema-error.js';

export function parseSchema(json: unknown, limits: SchemaLimits = DEFAULT_SCHEMA_LIMITS): DeviceSchema | Rejection {
  const errors: SchemaError[] = [];
  let more = 0;
  const complain: Complain = (path, message) => {
    if (errors.length < SCHEMA_ERRORS_MAX) errors.push({ path: cut(path), message });
    else more++;
  };
  const schema = readSchema(json, limits, complain);
  if (errors.length === 0) complainOfSize(schema!, complain);
  return errors.length === 0 ? schema! : invalidSchema(errors, more);
}

function complainOfSize(schema: DeviceSchema, complain: Complain): void {
  if (JSON.stringify(schema).length > SCHEMA_CHARS_MAX) complain('', `the schema is larger than ${SCHEMA_CHARS_MAX} characters of JSON`);
  const parts = Object.values(schema.fields).reduce((sum, field) => sum + partsIn(field), 0);
  if (parts > PARTS_MAX) complain('fields', `${parts} parts are more than the ${PARTS_MAX} that the fields of a schema may have together`);
}

const LOCATION_PARTS = 3;
const partsIn = (field: FieldSchema): number =>
  field.type === 'vector' ? field.axes.length : field.type === 'location' ? LOCATION_PARTS : 1;

export function isSchema(parsed: DeviceSchema | Rejection): parsed is DeviceSchema {
  return 'fields' in parsed;
}

function readSchema(json: unknown, limits: SchemaLimits, complain: Complain): DeviceSchema | undefined {
  if (!isPlainObject(json)) return void complain('', `a schema is an object with fields, not ${show(json)}`);
  for (const member of Object.keys(json).slice(0, SCHEMA_ERRORS_MAX)) {
    if (!SCHEMA_MEMBERS.has(member)) complain(cut(member), 'a schema has no such member; it has fields, unknownFields and upcasts');
  }
  const schema: DeviceSchema = { fields: readFields(json['fields'], limits, complain) };
  const unknownFields = json['unknownFields'] ?? undefined;
  if (unknownFields === 'reject' || unknownFields === 'ignore') schema.unknownFields = unknownFields;
  else if (unknownFields !== undefined) complain('unknownFields', `is "reject" or "ignore", not ${show(unknownFields)}`);
  const upcasts = readUpcasts(json['upcasts'] ?? undefined, schema.fields, complain);
  if (upcasts !== undefined) schema.upcasts = upcasts;
  return schema;
}

const SCHEMA_MEMBERS = new Set(['fields', 'unknownFields', 'upcasts']);

function readFields(json: unknown, limits: SchemaLimits, complain: Complain): Record<string, FieldSchema> {
  const fields: Record<string, FieldSchema> = {};
  if (!isPlainObject(json)) {
    complain('fields', `is an object with a member a field, not ${show(json)}`);
    return fields;
  }
  const names = Object.keys(json);
  if (names.length === 0) complain('fields', 'a schema has at least one field');
  if (names.length > limits.fieldsMax) {
    complain('fields', `${names.length} fields are more than the ${limits.fieldsMax} a schema may have`);
    return fields;
  }
  for (const name of names) {
    const path = `fields.${cut(name)}`;
    const why = whyNotAFieldName(name);
    if (why !== undefined) complain(path, why);
    const field = parseField(json[name], path, complain);
    if (why === undefined && field !== undefined) fields[name] = field;
  }
  return fields;
}

function readUpcasts(json: unknown, fields: Record<string, FieldSchema>, complain: Complain): Record<string, FieldUpcast> | undefined {
  if (json === undefined) return undefined;
  if (!isPlainObject(json)) return void complain('upcasts', `is an object with a member a field, not ${show(json)}`);
  const upcasts: Record<string, FieldUpcast> = {};
  for (const name of Object.keys(json)) {
    const path = `upcasts.${cut(name)}`;
    if (!Object.hasOwn(fields, name)) complain(path, 'names no valid field of this schema');
    else {
      const upcast = readUpcast(json[name], path, complain);
      if (upcast !== undefined) upcasts[name] = upcast;
    }
  }
  return Object.keys(upcasts).length === 0 ? undefined : upcasts;
}

function readUpcast(json: unknown, path: string, complain: Complain): FieldUpcast | undefined {
  if (!isPlainObject(json)) return void complain(path, `is an object with from, scale or offset, not ${show(json)}`);
  const upcast: FieldUpcast = {};
  for (const member of Object.keys(json).slice(0, SCHEMA_ERRORS_MAX)) {
    const value = json[member] ?? undefined;
    if (value === undefined) continue;
    const at = `${path}.${cut(member)}`;
    if (member === 'from') {
      if (typeof value === 'string') upcast.from = value;
      else complain(at, `is the name of a field of the former schema, not ${show(value)}`);
    } else if (member === 'scale' || member === 'offset') {
      if (typeof value === 'number' && Number.isFinite(value)) upcast[member] = value;
      else complain(at, `is a finite number, not ${show(value)}`);
    } else complain(at, 'an upcast has no such member; it has from, scale and offset');
  }
  return upcast;
}
