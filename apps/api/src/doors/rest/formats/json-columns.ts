/** Columns straight to JSON text: no row objects, no copy of a typed array into a plain one. */
import type { SeriesColumn } from '#ports';
import { isoOf } from '../../../commands/shared/devices.js';
import type { SeriesFound } from '../../../queries/get-series/get-series.js';
import type { ReadingsFound } from '../../../queries/list-readings/list-readings.js';
import { readingAt, valueOf } from '../../../queries/shared/reading-rows.js';
import { timeWriter } from './zoned-time.js';

/** Numbers written without a pause. */
const NUMBERS_A_PIECE = 8_192;

/** The answer of `series` in pieces, so that a large one neither blocks the thread nor stands in memory twice. */
export function* seriesJson({ deviceId, from, to, every, tz, parts, columns, reduced }: SeriesFound): Generator<string> {
  const head = {
    deviceId,
    from: isoOf(from),
    to: isoOf(to),
    ...(every && { every }),
    ...(tz && { tz }),
    points: columns.time.length,
    of: columns.of,
    ...(reduced && { reduced }),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"time":`;
  yield* columnJson(columns.time);
  yield ',"fields":{';
  let separator = '';
  for (const { name } of parts) {
    yield `${separator}${JSON.stringify(name)}:{`;
    separator = ',';
    yield* functionsJson(columns.fields[name] ?? {});
    yield '}';
  }
  yield '}}';
}

function* functionsJson(byFunction: Record<string, SeriesColumn>): Generator<string> {
  let separator = '';
  for (const [fn, column] of Object.entries(byFunction)) {
    yield `${separator}${JSON.stringify(fn)}:`;
    separator = ',';
    yield* columnJson(column);
  }
}

export function* columnJson(column: SeriesColumn): Generator<string> {
  yield '[';
  for (let start = 0; start < column.length; start += NUMBERS_A_PIECE) {
    const end = Math.min(column.length, start + NUMBERS_A_PIECE);
    yield (
      (start === 0 ? '' : ',') +
      (column instanceof Float64Array
        ? numbers(column, start, end)
        : column
            .slice(start, end)
            .map((text) => JSON.stringify(text))
            .join(','))
    );
  }
  yield ']';
}

/** NaN is no value; JSON has no infinity either. */
function numbers(column: Float64Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const value = column[at]!;
    if (at > start) text += ',';
    text += value - value === 0 ? value : 'null';
  }
  return text;
}

/** A line a point: `{"time", "temperature"}`, with windows `{"time", "temperature": {"mean"}}`. */
export function* seriesNdjson(found: SeriesFound): Generator<string> {
  const writeTime = timeWriter(found.tz);
  const { columns, parts } = found;
  for (let row = 0; row < columns.time.length; row++) {
    const fields = parts.map((part) => {
      const byFunction = Object.entries(columns.fields[part.name] ?? {}).map(
        ([fn, column]) => [fn, valueOf(column, row, undefined) ?? null] as const,
      );
      return [
        part.name,
        byFunction.length === 1 && byFunction[0]![0] === 'value' ? byFunction[0]![1] : Object.fromEntries(byFunction),
      ] as const;
    });
    yield `${JSON.stringify({ time: writeTime(columns.time[row]!), ...Object.fromEntries(fields) })}\n`;
  }
}

export function* readingItems({ rows, parts, tz }: ReadingsFound): Generator<string> {
  const writeTime = timeWriter(tz);
  for (let at = 0; at < rows.time.length; at++) {
    const seq = rows.seq[at] ?? null;
    yield JSON.stringify({
      time: writeTime(rows.time[at]!),
      recordedAt: isoOf(rows.recordedAt[at]!),
      ...(seq !== null && { seq }),
      values: readingAt(rows, parts, at),
      position: String(rows.position[at]!),
    });
  }
}
