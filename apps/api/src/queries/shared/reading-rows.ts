/** One reading out of the columns of the store, its compound fields put together again. */
import type { Json } from '#contracts';
import type { ReadingRows, SeriesColumn } from '#ports';
import type { Part } from './parts.js';

export function readingAt(rows: ReadingRows, parts: Map<string, Part>, at: number): Record<string, Json> {
  const values = new Map<string, Json>();
  for (const [name, column] of Object.entries(rows.parts)) {
    const part = parts.get(name);
    const value = valueOf(column, at, part);
    if (value === undefined) continue;
    if (part?.part === undefined) values.set(part?.field ?? name, value);
    else values.set(part.field, { ...(values.get(part.field) as Record<string, Json> | undefined), [part.part]: value });
  }
  return Object.fromEntries(values);
}

/** Undefined where the reading had no value; booleans are stored as 0 and 1. */
export function valueOf(column: SeriesColumn, at: number, part: Part | undefined): Json | undefined {
  const value = column[at];
  if (value === null || value === undefined || value !== value) return undefined;
  return part?.type === 'boolean' ? value !== 0 : value;
}
