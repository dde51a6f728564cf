/** The form of a new analysis: what is typed, and the request it becomes. */
import type { AnalysisRequest, FieldSchema, Json, JsonObject, OperationView, ParameterView } from '#contracts';
import { isNumeric, partsOf } from '#contracts';
import { counted } from '../ui/number-text.js';

/** As it stands in the inputs; a polygon as its corners. */
export type Typed = string | boolean | [number, number][];
export type TypedParams = Record<string, Typed | undefined>;

export interface ReadParams {
  params: JsonObject;
  /** By parameter, in words. */
  wrong: Record<string, string>;
}

/** What is left as it was proposed is left out: the operation's version says what it then is. */
export function readParams({ parameters }: Pick<OperationView, 'parameters'>, typed: TypedParams): ReadParams {
  const read: ReadParams = { params: {}, wrong: {} };
  for (const parameter of parameters) {
    const given = typed[parameter.name];
    if (given === undefined || given === '' || (Array.isArray(given) && given.length === 0)) {
      if (!parameter.optional && parameter.default === undefined) read.wrong[parameter.name] = 'This is needed.';
      continue;
    }
    const { value, wrong } = readOne(parameter, given);
    if (wrong !== undefined) read.wrong[parameter.name] = wrong;
    else if (value !== undefined && JSON.stringify(value) !== JSON.stringify(parameter.default)) read.params[parameter.name] = value;
  }
  return read;
}

function readOne(parameter: ParameterView, given: Typed): { value?: Json; wrong?: string } {
  switch (parameter.type) {
    case 'number':
    case 'integer':
      return readNumber(parameter, Number(given));
    case 'numbers': {
      const { minLength = 1, maxLength = 1_000 } = parameter;
      const values = String(given)
        .trim()
        .split(/[\s,;]+/)
        .map(Number);
      if (!values.every(Number.isFinite)) return { wrong: 'Numbers, with commas between them.' };
      return values.length < minLength || values.length > maxLength
        ? { wrong: minLength === maxLength ? `${counted(minLength, 'number')}.` : `${minLength} to ${counted(maxLength, 'number')}.` }
        : { value: values };
    }
    case 'duration':
      return /^[1-9]\d*(ms|s|m|h|d|w)$/.test(String(given).trim())
        ? { value: String(given).trim() }
        : { wrong: 'A length of time such as 30s, 5m, 2h or 1d.' };
    case 'polygon':
      return Array.isArray(given) && given.length >= 3 ? { value: given } : { wrong: 'An area has three corners or more.' };
    default:
      return { value: given as Json };
  }
}

function readNumber({ type, min = -Infinity, max = Infinity }: ParameterView, value: number): { value?: number; wrong?: string } {
  if (!Number.isFinite(value)) return { wrong: 'A number.' };
  if (type === 'integer' && !Number.isInteger(value)) return { wrong: 'A whole number.' };
  if (value >= min && value <= max) return { value };
  const bounds = [min > -Infinity && `at least ${min}`, max < Infinity && `at most ${max}`].filter(Boolean);
  return { wrong: `It must be ${bounds.join(' and ')}.` };
}

/** What an input shows at first, and for a request that was made before. */
export function typedOf(parameter: ParameterView, value: Json | undefined = parameter.default): Typed | undefined {
  if (value === undefined || value === null) return undefined;
  if (parameter.type === 'boolean') return value === true;
  if (parameter.type === 'polygon') return value as [number, number][];
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'object' ? undefined : String(value);
}

/** The fields of a device, or parts of them, that an operation can take. */
export function fittingParts(fields: Record<string, FieldSchema>, kind: OperationView['input']['kind']): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    if (kind !== 'number') return field.type === kind ? [name] : [];
    return isNumeric(field) ? partsOf(name, field) : [];
  });
}

/** The same field of many devices is one choice of the form: both go into one text. */
export const inputKey = (deviceId: string, field: string): string => JSON.stringify([deviceId, field]);
export function readInputKey(key: string): { deviceId: string; field: string } {
  const [deviceId, field] = JSON.parse(key) as [string, string];
  return { deviceId, field };
}

export interface Asked {
  operation: OperationView;
  inputs: string[];
  typed: TypedParams;
  range: { from?: number; to?: number };
  name: string;
  standing: boolean;
}

export interface ReadForm {
  request?: AnalysisRequest;
  wrong: Record<string, string>;
}

export function readForm({ operation, inputs, typed, range, name, standing }: Asked): ReadForm {
  const { params, wrong } = readParams(operation, typed);
  const { fieldsMin, fieldsMax } = operation.input;
  if (inputs.length < fieldsMin || inputs.length > fieldsMax) wrong['fields'] = fieldsNeeded(operation);
  const { from, to } = range;
  if (from !== undefined && to !== undefined && from >= to) wrong['to'] = 'The end must be after the start.';
  if (Object.keys(wrong).length > 0) return { wrong };
  const request: AnalysisRequest = {
    operation: operation.name,
    inputs: inputs.map(readInputKey),
    params,
    ...(from !== undefined && { from: new Date(from).toISOString() }),
    ...(to !== undefined && !standing && { to: new Date(to).toISOString() }),
    ...(name.trim() && { name: name.trim() }),
    ...(standing && { standing }),
  };
  return { request, wrong };
}

export function fieldsNeeded({ input: { fieldsMin, fieldsMax } }: Pick<OperationView, 'input'>): string {
  if (fieldsMin === fieldsMax) return `Exactly ${fieldsMin === 1 ? 'one field is' : `${fieldsMin} fields are`} needed.`;
  return `${fieldsMin} to ${fieldsMax} fields are needed.`;
}
