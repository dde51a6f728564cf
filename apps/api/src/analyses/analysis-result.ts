/** A result as clients get it: its columns as JSON, thinned where they would be too many, so that what stands out stays. */
import { readResult, rowsOfResult, type AnalysisKey, type ChunkColumn, type NumberedChunk } from '#adapters/views';
import type { AnalysisResult, JsonObject, ResultColumnView, ResultSeriesView } from '#contracts';
import type { ViewDatabase } from '#ports';
import { operationOf } from '#timeseries';

export interface ResultRequest {
  operation: string;
  digest: string;
  summary: JsonObject;
  /** ms since epoch; rows outside are left out. */
  from?: number;
  to?: number;
  /** Rows of all series together. */
  rowsMax: number;
}

/** Undefined where none is kept. */
export async function analysisResult(db: ViewDatabase, key: AnalysisKey, request: ResultRequest): Promise<AnalysisResult | undefined> {
  const { from = -Infinity, to = Infinity, rowsMax, summary } = request;
  const isWhole = from === -Infinity && to === Infinity;
  const rows = isWhole ? sum(await rowsOfResult(db, key, request.digest)) : await rowsWithin(db, key, request);
  // Two rows of each group stay: where its first column is least and greatest.
  const group = rows <= rowsMax ? 1 : Math.ceil((2 * rows) / rowsMax);
  const kinds = new Map(operationOf(request.operation)?.columns.map(({ name, kind }) => [name, kind]));
  const series = new Map<number, ResultSeriesView>();
  for await (const chunk of readResult(db, key, request.digest)) {
    const shown = thinned(isWhole ? chunk : within(chunk, from, to), group);
    addTo(series, shown, (name) => kinds.get(name) === 'boolean');
  }
  if (series.size === 0) return undefined;
  const result: AnalysisResult = { series: [...series.values()], summary };
  return group === 1 ? result : { ...result, reduced: { limit: rowsMax, of: rows, advice: 'Ask for a shorter range by from and to.' } };
}

const sum = (rows: Map<number, number>): number => [...rows.values()].reduce((all, some) => all + some, 0);

async function rowsWithin(db: ViewDatabase, key: AnalysisKey, { digest, from = -Infinity, to = Infinity }: ResultRequest): Promise<number> {
  let rows = 0;
  for await (const chunk of readResult(db, key, digest)) rows += within(chunk, from, to).time.length;
  return rows;
}

function within(chunk: NumberedChunk, from: number, to: number): NumberedChunk {
  if (chunk.time.every((time) => time >= from && time < to)) return chunk;
  return pick(
    chunk,
    indexes(chunk).filter((i) => chunk.time[i]! >= from && chunk.time[i]! < to),
  );
}

function thinned(chunk: NumberedChunk, group: number): NumberedChunk {
  if (group <= 1) return chunk;
  const first = Object.values(chunk.columns).find((column) => column instanceof Float64Array);
  const kept: number[] = [];
  for (let at = 0; at < chunk.time.length; at += group) kept.push(...extremes(first, at, Math.min(at + group, chunk.time.length)));
  return pick(chunk, kept);
}

function extremes(column: Float64Array | undefined, from: number, end: number): number[] {
  if (!column) return [from];
  let [least, greatest] = [from, from];
  for (let i = from + 1; i < end; i++) {
    if (!(column[i]! >= column[least]!)) least = i;
    if (!(column[i]! <= column[greatest]!)) greatest = i;
  }
  return least === greatest ? [least] : [least, greatest].sort((a, b) => a - b);
}

const indexes = ({ time }: NumberedChunk): number[] => Array.from(time, (_, i) => i);

function pick(chunk: NumberedChunk, rows: readonly number[]): NumberedChunk {
  const of = (column: ChunkColumn): ChunkColumn =>
    column instanceof Float64Array ? Float64Array.from(rows, (i) => column[i]!) : rows.map((i) => column[i]!);
  const columns = Object.fromEntries(Object.entries(chunk.columns).map(([name, column]) => [name, of(column)]));
  return { ...chunk, time: Float64Array.from(rows, (i) => chunk.time[i]!), columns };
}

function addTo(all: Map<number, ResultSeriesView>, chunk: NumberedChunk, isFlag: (column: string) => boolean): void {
  const known = all.get(chunk.series) ?? { deviceId: chunk.deviceId, field: chunk.field, time: [] };
  all.set(chunk.series, known);
  for (const time of chunk.time) known.time.push(time);
  for (const [name, column] of Object.entries(chunk.columns)) {
    const shown = (known[name] ??= []) as unknown[];
    for (const value of column) shown.push(jsonOf(value, isFlag(name)));
    known[name] = shown as ResultColumnView;
  }
}

/** What is no finite number is no JSON. */
function jsonOf(value: number | string | null, flag: boolean): number | string | boolean | null {
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) return null;
  return flag ? value !== 0 : value;
}
