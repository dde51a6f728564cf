/** The readings of a device as they stand in the log's order, some thousand at a time, whichever fields hold them. */
import type { SeriesColumn } from '#ports';
import type { PartKind, PartReader } from '../shared/series-layout.js';
import type { Block, SeqColumn } from './blocks.js';
import { deviceCondition, type CatalogDevice } from './catalog.js';
import type { InfluxConnection } from './connection.js';
import { keyOf, META } from './device-layout.js';
import { inArrivalOrder } from './arrival-order.js';
import { identifier, textAsSent } from './names.js';
import { withValues, type Rows, type RowsMeta } from './row-columns.js';
import { timeCondition } from './times.js';

export interface Range {
  from: number;
  to: number;
  asOf?: number;
}

/** Where the readings are asked: the generation's database. */
export interface Place {
  connection: InfluxConnection;
  database: string;
}

export interface RowsQuery extends Range {
  /** Undefined: a part that nothing stored has. */
  fields: (PartReader | undefined)[];
  /** All readings, with what is known of them; else only those with a value of at least one of the fields. */
  meta?: boolean;
  /** At most so many, where nothing stands against it. */
  limit?: number;
}

const META_KEYS = [META.position, META.index, META.recordedAt, META.seq];

export async function* rowsOf(place: Place, device: CatalogDevice, query: RowsQuery): AsyncGenerator<Rows, void> {
  const sources = query.fields.map((reader) => keysOf(device, reader));
  const keys = [...new Map(sources.flat().map((source) => [source.key, source.kind]))];
  // Readings beyond a thousand of one time lie in further series: their order is told by where they stand in the log.
  const meta = query.meta === true || device.spilled;
  if (keys.length === 0 && !query.meta) return;
  const columns = [...(meta ? META_KEYS : []), ...keys.map(([key]) => key)].map(identifier).join(', ');
  const limit = query.limit !== undefined && !device.spilled ? ` LIMIT ${query.limit}` : '';
  const statement = `SELECT ${columns} FROM ${device.measurement} WHERE ${rowCondition(device, query)}${limit}`;
  const kinds = [...(meta ? (['number', 'number', 'number', 'seq'] as const) : []), ...keys.map(([, kind]) => kind)];
  const places = new Map(keys.map(([key], i) => [key, i + (meta ? META_KEYS.length : 0)]));
  const blocks = place.connection.query(place.database, statement, kinds);
  const rows = read(blocks, (block) => ({
    rows: block.rows,
    time: block.time,
    fields: query.fields.map((reader, i) => fieldOf(block, reader, sources[i]!, places)),
    ...(meta && { meta: metaOf(block) }),
  }));
  if (!device.spilled) return yield* rows;
  for await (const some of inArrivalOrder(rows)) yield query.meta ? some : withValues(some);
}

/** Readings of the device in the range, as far as they were known then. */
export function rowCondition(device: CatalogDevice, range: Range): string {
  const { asOf } = range;
  const known = asOf === undefined || asOf >= Number.MAX_SAFE_INTEGER ? '' : ` AND ${identifier(META.position)} <= ${Math.floor(asOf)}`;
  return `${deviceCondition(device)} AND ${timeCondition(range)}${known}`;
}

export function kindOf(reader: PartReader | undefined): PartKind {
  return reader?.kind ?? 'number';
}

export interface Source {
  key: string;
  kind: PartKind;
  scale: number;
  offset: number;
}

/** The fields of InfluxDB that a part is read from, and how. */
export function keysOf({ layout }: CatalogDevice, reader: PartReader | undefined): Source[] {
  if (!reader) return [];
  return reader.sources.map(({ index, scale, offset }) => ({ key: keyOf(layout, reader.kind, index), kind: reader.kind, scale, offset }));
}

export function metaOf({ columns }: Block): RowsMeta {
  const [position, index, recordedAt] = columns as Float64Array[];
  return { position: position!, index: index!, recordedAt: recordedAt!, seq: columns[3] as SeqColumn };
}

async function* read(blocks: AsyncIterable<Block>, readBlock: (block: Block) => Rows): AsyncGenerator<Rows, void> {
  for await (const block of blocks) yield readBlock(block);
}

/** Of several sources a reading has at most one. */
function fieldOf(block: Block, reader: PartReader | undefined, sources: Source[], places: Map<string, number>): SeriesColumn {
  const columns = sources.map(({ key }) => block.columns[places.get(key)!]!);
  if (kindOf(reader) === 'text') return textsOf(columns as (string | null)[][]);
  const numbers = columns as Float64Array[];
  if (numbers.length === 0) return new Float64Array(block.rows).fill(Number.NaN);
  if (numbers.length === 1 && sources[0]!.scale === 1 && sources[0]!.offset === 0) return numbers[0]!;
  const column = new Float64Array(block.rows).fill(Number.NaN);
  for (const [i, { scale, offset }] of sources.entries()) {
    const values = numbers[i]!;
    for (let row = 0; row < column.length; row++) if (values[row] === values[row]) column[row] = values[row]! * scale + offset;
  }
  return column;
}

export function textsOf(columns: (string | null)[][]): (string | null)[] {
  const [first, ...others] = columns;
  const texts = first!.map((text) => (text === null ? null : textAsSent(text)));
  for (const other of others) for (const [row, text] of other.entries()) if (text !== null) texts[row] ??= textAsSent(text);
  return texts;
}
