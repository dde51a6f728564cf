/** What is checked of single values, and what is said of those that do not fit. */
import { cut, isPlainObject, show } from '../kernel/show.js';
import type { Fault } from './fault.js';
import { COMPOUND, type Slot } from './slot.js';

/** Checks and writes a value of any kind but numbers, which the loop takes itself. */
export function takeValue(slot: Slot, value: unknown, row: number): Fault | undefined {
  return slot.kind === COMPOUND ? takeCompound(slot, value, row) : takeText(slot, value, row);
}

/** Of a value that is no number within the limits of its slot. */
export function numberFault(slot: Slot, value: unknown, whole = false, name = slot.name): Fault {
  const field = cut(name);
  if (typeof value !== 'number') {
    return { field, code: 'wrong-type', message: `${field} is ${show(value)}; it must be a ${whole ? 'whole ' : ''}number` };
  }
  if (!Number.isFinite(value)) {
    return { field, code: 'wrong-type', message: `${field} is ${value}, beyond what a number can hold; it must be finite` };
  }
  if (value > slot.max) return { field, code: 'above-max', message: `${field} is ${value}; the maximum is ${slot.max}` };
  if (value < slot.min) return { field, code: 'below-min', message: `${field} is ${value}; the minimum is ${slot.min}` };
  const why = Number.isInteger(value) ? 'a whole number that large loses digits' : 'it must be a whole number';
  return { field, code: 'wrong-type', message: `${field} is ${value}; ${why}` };
}

export function twiceFault(slot: Slot): Fault {
  return { field: cut(slot.name), code: 'wrong-type', message: `${cut(slot.name)} is given twice, flat and under values` };
}

export function missingFault(field: string): Fault {
  return { field, code: 'missing-field', message: `${field} is required and was not sent` };
}

/** Booleans, strings and enums. */
function takeText(slot: Slot, value: unknown, row: number): Fault | undefined {
  const fault =
    typeof value === 'string' ? textFault(slot, value) : typeof value === 'boolean' ? booleanFault(slot, value) : typeFault(slot, value);
  if (fault !== undefined) return fault;
  return slot.put(value as string | boolean, row) ? undefined : twiceFault(slot);
}

/** JSON can say it, UTF-8 cannot: stores would each keep something else. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function textFault(slot: Slot, value: string): Fault | undefined {
  if (slot.allowed !== undefined) {
    if (slot.allowed.has(value)) return undefined;
    const values = cut([...slot.allowed].slice(0, 20).join(', '));
    return { field: slot.name, code: 'not-in-enum', message: `${slot.name} is ${show(value)}; allowed are ${values}` };
  }
  if (slot.charsMax === 0) return typeFault(slot, value);
  if (LONE_SURROGATE.test(value)) {
    return { field: slot.name, code: 'wrong-type', message: `${slot.name} holds half of a surrogate pair, which is no character` };
  }
  if (value.length <= slot.charsMax) return undefined;
  const message = `${slot.name} has ${value.length} characters (${show(value)}); the maximum is ${slot.charsMax}`;
  return { field: slot.name, code: 'too-long', message };
}

function booleanFault(slot: Slot, value: boolean): Fault | undefined {
  return slot.field?.type === 'boolean' ? undefined : typeFault(slot, value);
}

function typeFault(slot: Slot, value: unknown): Fault {
  const must = slot.field?.type === 'boolean' ? 'true or false' : 'text';
  return { field: slot.name, code: 'wrong-type', message: `${slot.name} is ${show(value)}; it must be ${must}` };
}

/** A location or vector: an object by part names, or an array in their order. */
function takeCompound(slot: Slot, value: unknown, row: number): Fault | undefined {
  if (slot.parts[0]!.column !== undefined && slot.parts[0]!.column.length > row) return twiceFault(slot);
  if (Array.isArray(value)) return takeArray(slot, value, row);
  if (isPlainObject(value)) return takeObject(slot, value, row);
  return { field: slot.name, code: 'wrong-type', message: `${slot.name} is ${show(value)}; it must be ${formOf(slot)}` };
}

function takeArray(slot: Slot, values: unknown[], row: number): Fault | undefined {
  const { parts } = slot;
  if (values.length > parts.length) {
    return { field: slot.name, code: 'wrong-type', message: `${slot.name} is ${show(values)}; it must be ${formOf(slot)}` };
  }
  for (let i = 0; i < parts.length; i++) {
    const fault = takePart(slot, parts[i]!, values[i], row);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function takeObject(slot: Slot, values: Record<string, unknown>, row: number): Fault | undefined {
  const { parts } = slot;
  let taken = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    const value = Object.hasOwn(values, part.name) ? values[part.name] : undefined;
    if (value !== undefined) taken++;
    const fault = takePart(slot, part, value, row);
    if (fault !== undefined) return fault;
  }
  let members = 0;
  for (const _ in values) members++;
  return members === taken ? undefined : strangerFault(slot, values);
}

function takePart(slot: Slot, part: Slot, value: unknown, row: number): Fault | undefined {
  if (typeof value === 'number' && value >= part.min && value <= part.max) {
    part.put(value + 0, row);
    return undefined;
  }
  const name = `${slot.name}.${part.name}`;
  if (value !== undefined && value !== null) return numberFault(part, value, false, name);
  return part.required ? missingFault(cut(name)) : undefined;
}

function strangerFault(slot: Slot, values: Record<string, unknown>): Fault {
  const stranger = Object.keys(values).find((key) => slot.parts.every(({ name }) => name !== key))!;
  const field = cut(`${slot.name}.${stranger}`);
  return { field, code: 'unknown-field', message: `${slot.name} has no part ${show(stranger)}; it is ${formOf(slot)}` };
}

function formOf(slot: Slot): string {
  if (slot.field?.type === 'location') return 'an object {lat, lon, alt?} or an array [lat, lon, alt?]';
  const names = cut(slot.parts.map(({ name }) => name).join(', '));
  return `an object {${names}} or an array [${names}]`;
}
