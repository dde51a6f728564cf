/** A whole file in columns, in order of time, and where each row stood. */
import type { SeriesInput } from '#timeseries';
import type { Table } from './table-reader.js';

export interface ReadSeries {
  input: SeriesInput[];
  /** The times as the file has them, in its order. */
  timeTexts: string[];
  /** By row of the file: its place in order of time. */
  place: Uint32Array;
}

export async function readSeries(
  table: Table,
  { fields, kind, deviceId }: { fields: readonly (readonly string[])[]; kind: string; deviceId: string },
): Promise<ReadSeries> {
  const timeTexts: string[] = [];
  const times: number[] = [];
  const columns = fields.flat().map((): number[] => []);
  for await (const { timeText, time, values } of table.rows()) {
    timeTexts.push(timeText);
    times.push(time);
    for (let c = 0; c < columns.length; c++) columns[c]!.push(values[c]!);
  }
  // Stable, so that equal times stay in the order of the file.
  const order = Uint32Array.from(times.keys()).sort((a, b) => times[a]! - times[b]! || a - b);
  const place = new Uint32Array(order.length);
  order.forEach((row, at) => (place[row] = at));
  const inOrder = (column: number[]): Float64Array => Float64Array.from(order, (row) => column[row]!);
  const time = inOrder(times);
  let at = 0;
  const input = fields.map((names): SeriesInput => {
    const parts = Object.fromEntries(names.map((_, part) => [partName(kind, part), inOrder(columns[at++]!)]));
    return { deviceId, field: names.join(','), time, parts };
  });
  return { input, timeTexts, place };
}

const PARTS: Record<string, readonly string[]> = { location: ['lat', 'lon', 'alt'], vector: ['x', 'y', 'z'] };

const partName = (kind: string, part: number): string => PARTS[kind]?.[part] ?? 'value';
