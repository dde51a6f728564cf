/** Answers of series stores in a form that can be compared: no value is null, numbers are rounded to 10 significant digits, what is nearly 0 to 0. */
import type { ReadingRows, SeriesColumn, SeriesColumns } from '#ports';

export function plainSeries({ of, time, fields }: SeriesColumns): unknown {
  return {
    of,
    time: [...time],
    fields: Object.fromEntries(
      Object.entries(fields).map(([field, columns]) => [
        field,
        Object.fromEntries(Object.entries(columns).map(([fn, column]) => [fn, plain(column)])),
      ]),
    ),
  };
}

export function plainReadings(rows: ReadingRows): unknown {
  return {
    ...rows,
    time: [...rows.time],
    recordedAt: [...rows.recordedAt],
    position: [...rows.position],
    index: [...rows.index],
    parts: Object.fromEntries(Object.entries(rows.parts).map(([part, column]) => [part, plain(column)])),
  };
}

/** Sums in another order differ in their last digits. */
function plain(column: SeriesColumn): (number | string | null)[] {
  return Array.from<number | string | null, number | string | null>(column, (value) => {
    if (typeof value !== 'number') return value;
    if (value !== value) return null;
    return Math.abs(value) < 1e-7 ? 0 : Number(value.toPrecision(10));
  });
}

/** Where two plain answers differ first, by more than the order of a sum explains; undefined where they do not. */
export function difference(a: unknown, b: unknown, path = ''): string | undefined {
  if (typeof a === 'number' && typeof b === 'number')
    return Object.is(a, b) || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) ? undefined : `${path}: ${a} is not ${b}`;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return a === b ? undefined : `${path}: ${String(a)} is not ${String(b)}`;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) {
    const found = difference((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${path}/${key}`);
    if (found) return found;
  }
  return undefined;
}
