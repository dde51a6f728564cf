/** Readings whose values are all text (CSV), read by the types of their fields. */
import type { DeviceSchema, FieldSchema } from '#contracts';
import { isPlainObject } from '../kernel/show.js';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const TRUE = new Set(['true', 'True', 'TRUE', '1']);
const FALSE = new Set(['false', 'False', 'FALSE', '0']);

/** Returns a new reading; a text that is not what its field wants stays as it is, for the verdict to quote. */
export function fromTexts(reading: unknown, schema: DeviceSchema): unknown {
  if (!isPlainObject(reading)) return reading;
  const values = new Map<string, unknown>();
  for (const [name, text] of Object.entries(reading)) {
    if (typeof text !== 'string') {
      if (text !== undefined) values.set(name, text);
      continue;
    }
    if (text.trim() === '') continue;
    const field = ownField(schema, name);
    if (field !== undefined) values.set(name, fromText(text, field));
    else setPart(values, schema, name, text);
  }
  return Object.fromEntries(values);
}

function fromText(text: string, field: FieldSchema): unknown {
  switch (field.type) {
    case 'number':
    case 'integer':
      return numberOf(text);
    case 'boolean':
      return TRUE.has(text.trim()) ? true : FALSE.has(text.trim()) ? false : text;
    case 'string':
      return text;
    case 'enum':
      return field.values.includes(text) ? text : text.trim();
    default:
      return compoundOf(text);
  }
}

function numberOf(text: string): unknown {
  const trimmed = text.trim();
  return NUMBER.test(trimmed) ? Number(trimmed) : text;
}

/** JSON, or numbers between commas, semicolons or spaces: `48.1 11.5`. */
function compoundOf(text: string): unknown {
  const trimmed = text.trim();
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) {
    try {
      return JSON.parse(trimmed);
    } catch {
      return text;
    }
  }
  const parts = trimmed.split(/[\s,;]+/).map(numberOf);
  return parts.every((part) => typeof part === 'number') ? parts : text;
}

/** `position.lat` is a part of `position`; what is neither field nor part keeps its name (`time`, `seq`, unknown). */
function setPart(values: Map<string, unknown>, schema: DeviceSchema, name: string, text: string): void {
  const dot = name.indexOf('.');
  const whole = dot > 0 ? ownField(schema, name.slice(0, dot)) : undefined;
  if (whole === undefined || (whole.type !== 'location' && whole.type !== 'vector')) {
    values.set(name, text.trim());
    return;
  }
  const parts = values.get(name.slice(0, dot)) ?? {};
  if (!isPlainObject(parts)) return;
  // Made here or by `compoundOf`; not an assignment, which a part called `__proto__` would not survive.
  Object.defineProperty(parts, name.slice(dot + 1), { value: numberOf(text), ...ORDINARY });
  values.set(name.slice(0, dot), parts);
}

const ORDINARY = { enumerable: true, writable: true, configurable: true };

function ownField(schema: DeviceSchema, name: string): FieldSchema | undefined {
  return Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
}
