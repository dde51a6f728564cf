/** Sends series and readings in the format asked for; large texts in pieces, with a breath between them. */
import { setImmediate as breath } from 'node:timers/promises';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SeriesFound } from '../../../queries/get-series/get-series.js';
import type { ReadingsFound } from '../../../queries/list-readings/list-readings.js';
import { arrowOf, parquetOf } from './arrow.js';
import { csvOf } from './csv.js';
import { readingItems, seriesJson, seriesNdjson } from './json-columns.js';
import { type AnswerFormat, formatFor } from './negotiate.js';
import { tableOfReadings, tableOfSeries, type Table } from './table.js';

const TYPES: Record<AnswerFormat, string> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
  'arrow-stream': 'application/vnd.apache.arrow.stream',
  'arrow-file': 'application/vnd.apache.arrow.file',
};
/** Sent in one piece up to here. */
const SMALL_CHARS_MAX = 256 * 1024;

export async function sendSeries(reply: FastifyReply, found: SeriesFound, format: AnswerFormat): Promise<FastifyReply> {
  const { columns, reduced } = found;
  reply.header('x-points', columns.time.length).header('x-points-of', columns.of);
  if (reduced) reply.header('x-points-reduced', reduced.limit);
  if (format === 'json') return sendText(reply, format, seriesJson(found));
  if (format === 'ndjson') return sendText(reply, format, seriesNdjson(found));
  return sendTable(reply, tableOfSeries(found), format);
}

export async function sendReadings(
  request: FastifyRequest,
  reply: FastifyReply,
  found: ReadingsFound,
  format: AnswerFormat,
): Promise<FastifyReply> {
  if (found.next !== undefined) reply.header('link', `<${nextPage(request.url, found.next)}>; rel="next"`);
  if (format === 'ndjson') return sendText(reply, format, lines(readingItems(found)));
  if (format !== 'json') return sendTable(reply, tableOfReadings(found), format);
  const next = found.next === undefined ? '' : `,"next":${JSON.stringify(found.next)}`;
  return sendText(reply, format, wrapped(`{"deviceId":${JSON.stringify(found.deviceId)},"items":[`, readingItems(found), `]${next}}`));
}

export { formatFor };

async function sendTable(reply: FastifyReply, table: Table, format: Exclude<AnswerFormat, 'json' | 'ndjson'>): Promise<FastifyReply> {
  if (format === 'csv') return sendText(reply, format, csvOf(table));
  const bytes = format === 'parquet' ? await parquetOf(table) : await arrowOf(table, format === 'arrow-file' ? 'file' : 'stream');
  return reply
    .code(200)
    .header('content-type', TYPES[format])
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

function sendText(reply: FastifyReply, format: AnswerFormat, pieces: Generator<string>): FastifyReply {
  reply.code(200).header('content-type', TYPES[format]).header('vary', 'Accept').serializer(String);
  let text = '';
  // Not for-of: leaving such a loop would end the generator, and with it the rest of the answer.
  for (let next = pieces.next(); !next.done; next = pieces.next()) {
    text += next.value;
    if (text.length > SMALL_CHARS_MAX)
      return reply.send(Readable.from(rest(text, pieces), { objectMode: false, highWaterMark: SMALL_CHARS_MAX }));
  }
  return reply.send(text);
}

async function* rest(first: string, pieces: Generator<string>): AsyncGenerator<string> {
  yield first;
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < SMALL_CHARS_MAX) continue;
    yield text;
    text = '';
    await breath();
  }
  if (text !== '') yield text;
}

function* lines(items: Generator<string>): Generator<string> {
  for (const item of items) yield `${item}\n`;
}

function* wrapped(head: string, items: Generator<string>, tail: string): Generator<string> {
  yield head;
  let separator = '';
  for (const item of items) {
    yield separator + item;
    separator = ',';
  }
  yield tail;
}

function nextPage(url: string, cursor: string): string {
  const [path, query] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `${path}?${parameters.toString()}`;
}
