/** What is wrong with a schema, taken down piece by piece. */
import type { Json } from '#contracts';
import type { Rejection } from '../kernel/decider.js';

export interface SchemaError {
  /** Where: `fields.temperature.min`. */
  path: string;
  message: string;
}

/** Takes an error down. */
export type Complain = (path: string, message: string) => void;

export function invalidSchema(errors: SchemaError[], more = 0): Rejection {
  const { path, message } = errors[0]!;
  const others = errors.length + more - 1;
  const text = `${path === '' ? '' : `${path}: `}${message}${others > 0 ? ` (and ${others} more)` : ''}`;
  return { code: 'schema.invalid', message: text, details: { errors: errors as unknown as Json } };
}
