/** Reads a file row by row, whatever its format: heading → text or JSON value, and the line it stands in. */
import { constants, createReadStream } from 'node:fs';
import { access, open, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { parse as csvParser } from 'csv-parse';
import { UsageError } from '../quantities.js';

export type Cell = string | number | boolean | null;

export interface Row {
  /** Cells in the order of `headings`; JSON rows may lack some. */
  cells: Record<string, Cell>;
  /** Line of a CSV or NDJSON file, place among the rows of a JSON file; from 1. */
  line: number;
}

export interface RowSource {
  unit: 'line' | 'item';
  rows(): AsyncIterable<Row>;
}

export async function openRows(file: string): Promise<RowSource> {
  await access(file, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(error.code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${error.code}).`);
  });
  switch (extname(file).toLowerCase()) {
    case '.csv':
      return { unit: 'line', rows: () => csvRows(file) };
    case '.tsv':
    case '.tab':
      return { unit: 'line', rows: () => csvRows(file, '\t') };
    case '.ndjson':
    case '.jsonl':
      return { unit: 'line', rows: () => ndjsonRows(file) };
    case '.json':
    case '.geojson':
      return { unit: 'item', rows: () => jsonRows(file) };
    default:
      throw new UsageError(`The format of ${file} is told by its ending: .csv, .tsv, .json, .geojson, .ndjson or .jsonl.`);
  }
}

/** The headings of a table stand in what is read of it first. */
const HEADINGS_BYTES = 64 * 1024;
const QUOTED = /"(?:[^"]|"")*"/g;
const DELIMITERS = [',', ';', '\t'];

/** What the headings are told apart by most often. */
async function delimiterOf(file: string): Promise<string> {
  const handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADINGS_BYTES)).finally(() => handle.close());
  const [headings = ''] = buffer.toString('utf8', 0, bytesRead).replace(QUOTED, '').trimStart().split(/\r?\n/, 1);
  const often = (delimiter: string) => headings.split(delimiter).length;
  return DELIMITERS.reduce((best, one) => (often(one) > often(best) ? one : best));
}

/** Where commas do not tell cells apart they stand before decimals: `21,5` and `1.234,5`. */
const DECIMAL_COMMA = /^[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+$/;
const withDecimalPoint = (cell: string): string => (DECIMAL_COMMA.test(cell) ? cell.replaceAll('.', '').replace(',', '.') : cell);

async function* csvRows(file: string, given?: string): AsyncGenerator<Row> {
  const delimiter = given ?? (await delimiterOf(file));
  const parser = csvParser({
    delimiter,
    ...(delimiter === ',' ? {} : { cast: (cell: string, { header }: { header: boolean }) => (header ? cell : withDecimalPoint(cell)) }),
    columns: dedupe,
    bom: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    info: true,
  });
  createReadStream(file)
    .on('error', (error) => parser.destroy(error))
    .pipe(parser);
  const source = parser as AsyncIterable<{ record: Record<string, string>; info: { lines: number } }>;
  try {
    for await (const { record, info } of source) yield { cells: record, line: info.lines };
  } catch (error) {
    throw new UsageError(`${file} cannot be read as a table: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A heading given twice gets a number, so that no column is lost. */
function dedupe(headings: string[]): string[] {
  const seen = new Map<string, number>();
  return headings.map((heading) => {
    const count = (seen.get(heading) ?? 0) + 1;
    seen.set(heading, count);
    return count === 1 ? heading : `${heading} ${count}`;
  });
}

async function* ndjsonRows(file: string): AsyncGenerator<Row> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    line++;
    if (text.trim()) yield { cells: flatCells(parseJson(text, `${file}, line ${line}`)), line };
  }
}

async function* jsonRows(file: string): AsyncGenerator<Row> {
  const parsed = parseJson(await readFile(file, 'utf8'), file);
  const items = itemsOf(parsed);
  if (!items) throw new UsageError(`${file} holds neither an array of objects nor a GeoJSON FeatureCollection.`);
  let line = 0;
  for (const item of items) yield { cells: isFeature(item) ? featureCells(item) : flatCells(item), line: ++line };
}

function itemsOf(parsed: unknown): unknown[] | undefined {
  if (Array.isArray(parsed)) return parsed;
  if (isObject(parsed) && parsed['type'] === 'FeatureCollection' && Array.isArray(parsed['features'])) return parsed['features'];
  return undefined;
}

function isFeature(item: unknown): item is Record<string, unknown> {
  return isObject(item) && item['type'] === 'Feature';
}

/** GeoJSON: longitude first. The third coordinate is kept apart: it is often a depth, not a height. */
function featureCells(feature: Record<string, unknown>): Record<string, Cell> {
  const geometry = feature['geometry'];
  const cells = flatCells(feature['properties'] ?? {});
  if (typeof feature['id'] === 'string' || typeof feature['id'] === 'number') cells['id'] ??= feature['id'];
  if (isObject(geometry) && geometry['type'] === 'Point' && Array.isArray(geometry['coordinates'])) {
    const [lon, lat, third] = geometry['coordinates'] as unknown[];
    if (typeof lat === 'number') cells['latitude'] = lat;
    if (typeof lon === 'number') cells['longitude'] = lon;
    if (typeof third === 'number') cells['coordinate_3'] = third;
  }
  return cells;
}

/** Objects within become `outer_inner`; lists are left out. A reading of an export has the headings that its CSV would have. */
function flatCells(value: unknown): Record<string, Cell> {
  if (!isObject(value)) return {};
  const { time, recordedAt, seq, values, position } = value;
  const exported = [time, recordedAt, position].every((it) => typeof it === 'string') && isObject(values);
  return exported ? { ...flattened({ time, recordedAt, seq: seq ?? null }, '_'), ...flattened(values, '.') } : flattened(value, '_');
}

function flattened(value: Record<string, unknown>, separator: string, prefix = ''): Record<string, Cell> {
  const cells: Record<string, Cell> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === null || typeof member === 'string' || typeof member === 'number' || typeof member === 'boolean')
      cells[prefix + name] = member;
    else if (isObject(member)) Object.assign(cells, flattened(member, separator, prefix + name + separator));
  }
  return cells;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${where} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
