/** One field of a schema, from any JSON. */
import { whyNotAFieldName, type FieldSchema, type FieldType } from '#contracts';
import { cut, isPlainObject, show } from '../kernel/show.js';
import {
  AXES_MAX,
  ENUM_VALUES_MAX,
  ENUM_VALUE_CHARS_MAX,
  LABEL_CHARS_MAX,
  PRECISION_MAX,
  SCHEMA_ERRORS_MAX,
  STRING_CHARS_MAX,
  UNIT_CHARS_MAX,
} from './limits.js';
import type { Complain } from './schema-error.js';

/** Returns the field with its known members only, in one order, so that equal fields have equal text. */
export function parseField(json: unknown, path: string, complain: Complain): FieldSchema | undefined {
  if (!isPlainObject(json)) return void complain(path, `a field is an object with a type, not ${show(json)}`);
  const type = json['type'];
  if (typeof type !== 'string' || !Object.hasOwn(MEMBERS, type)) {
    return void complain(`${path}.type`, `is one of ${Object.keys(MEMBERS).join(', ')}, not ${show(type)}`);
  }
  const readers = { ...MEMBERS[type as FieldType], ...COMMON };
  const field: Record<string, unknown> = { type };
  for (const [member, reader] of Object.entries(readers)) {
    const value = json[member] ?? undefined;
    if (value === undefined) continue;
    const why = reader(value);
    if (why === undefined) field[member] = value;
    else complain(`${path}.${member}`, `${why}, not ${show(value)}`);
  }
  for (const member of Object.keys(json).slice(0, SCHEMA_ERRORS_MAX)) {
    if (member === 'type' || Object.hasOwn(readers, member) || json[member] === null) continue;
    complain(`${path}.${cut(member)}`, `a field of type ${type} has no such member`);
  }
  checkWhole(field as unknown as FieldSchema, json, path, complain);
  return field as unknown as FieldSchema;
}

/** What holds between members. */
function checkWhole(field: FieldSchema, json: Record<string, unknown>, path: string, complain: Complain): void {
  if ('min' in field && 'max' in field && field.min! > field.max!) {
    complain(`${path}.min`, `min ${field.min} is above max ${field.max}`);
  }
  const list = field.type === 'enum' ? 'values' : field.type === 'vector' ? 'axes' : undefined;
  if (list !== undefined && (json[list] ?? undefined) === undefined) complain(`${path}.${list}`, 'is missing');
  if (field.type === 'enum') checkList(field.values, `${path}.values`, ENUM_VALUES_MAX, complain);
  if (field.type !== 'vector') return;
  checkList(field.axes, `${path}.axes`, AXES_MAX, complain);
  for (const axis of (field.axes ?? []).slice(0, AXES_MAX)) {
    const why = whyNotAFieldName(axis);
    if (why !== undefined) complain(`${path}.axes`, `${show(axis)}: ${why.replace('a field name', 'the name of an axis')}`);
  }
}

function checkList(list: string[] | undefined, path: string, max: number, complain: Complain): void {
  if (list === undefined) return;
  if (list.length < 1) complain(path, 'has at least one entry');
  else if (list.length > max) complain(path, `has ${list.length} entries; ${max} are allowed`);
  else {
    const seen = new Set<string>();
    for (const entry of list) {
      if (seen.has(entry)) complain(path, `names ${show(entry)} twice`);
      seen.add(entry);
    }
  }
}

/** What a member must be, where the value is not that. */
type MemberReader = (value: unknown) => string | undefined;

const flag: MemberReader = (value) => (typeof value === 'boolean' ? undefined : 'is true or false');
const finite: MemberReader = (value) => (Number.isFinite(value) ? undefined : 'is a finite number');
const text = (charsMax: number): MemberReader => {
  return (value) => (typeof value === 'string' && value.length <= charsMax ? undefined : `is text of at most ${charsMax} characters`);
};
const whole = (min: number, max: number): MemberReader => {
  return (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max ? undefined : `is a whole number from ${min} to ${max}`;
};
const texts = (charsMax: number): MemberReader => {
  const fits = (value: unknown): boolean => typeof value === 'string' && value.length >= 1 && value.length <= charsMax;
  return (value) => (Array.isArray(value) && value.every(fits) ? undefined : `is a list of texts of 1 to ${charsMax} characters`);
};

const COMMON: Record<string, MemberReader> = {
  unit: text(UNIT_CHARS_MAX),
  required: flag,
  label: text(LABEL_CHARS_MAX),
  precision: whole(0, PRECISION_MAX),
};

const MEMBERS: Record<FieldType, Record<string, MemberReader>> = {
  number: { min: finite, max: finite, counter: flag },
  integer: { min: finite, max: finite, counter: flag },
  boolean: {},
  string: { maxLength: whole(1, STRING_CHARS_MAX) },
  enum: { values: texts(ENUM_VALUE_CHARS_MAX) },
  location: {},
  vector: { axes: texts(64), min: finite, max: finite },
};
