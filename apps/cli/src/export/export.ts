/** `thingsio export`: pages through the readings of a device and writes them in the format asked for. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { partsOf, type DeviceView, type ReadingsView } from '#contracts';
import { needKey } from '../client/account.js';
import { devicePath } from '../client/api-client.js';
import { formatCount, parseTime } from '../quantities.js';
import type { Context } from '../simulate/simulate.js';
import type { Encoder, ReadingItem } from './encoder.js';
import { createParquetEncoder } from './parquet-encoder.js';
import { createCsvEncoder, createNdjsonEncoder } from './text-encoders.js';

export const FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export type ExportFormat = (typeof FORMATS)[number];

export interface ExportOptions {
  deviceId: string;
  from?: string | undefined;
  to?: string | undefined;
  format: ExportFormat;
  out?: string | undefined;
}

/** What the server gives at most. */
const PAGE = 1_000;
const PROGRESS_EVERY_MS = 500;

export async function exportReadings(options: ExportOptions, context: Context): Promise<number> {
  const { client, out, signal } = context;
  needKey(client);
  const device = await client.json<DeviceView>({ method: 'GET', path: devicePath(options.deviceId) });
  const encoder = createEncoder(options.format, device);
  const target: Writable = options.out ? createWriteStream(options.out) : process.stdout;
  let written = 0;
  let reportedAt = context.now();
  for await (const items of pages(options, context)) {
    await write(target, await encoder.encode(items));
    written += items.length;
    if (signal.aborted) break;
    if (context.now() - reportedAt < PROGRESS_EVERY_MS) continue;
    reportedAt = context.now();
    out.progress(`${formatCount(written)} readings`);
  }
  await write(target, await encoder.end());
  if (options.out) await finished(target.end());
  if (options.out) out.line(`${formatCount(written)} readings written to ${options.out}.`);
  return signal.aborted ? 1 : 0;
}

async function* pages(options: ExportOptions, { client }: Context): AsyncGenerator<ReadingItem[]> {
  const from = options.from === undefined ? undefined : new Date(parseTime(options.from)).toISOString();
  const to = options.to === undefined ? undefined : new Date(parseTime(options.to)).toISOString();
  let cursor: string | undefined;
  do {
    const query = { from, to, limit: PAGE, cursor };
    const page: ReadingsView = await client.json({ method: 'GET', path: devicePath(options.deviceId, '/readings'), query });
    yield page.items;
    cursor = page.next;
  } while (cursor);
}

function createEncoder(format: ExportFormat, device: DeviceView): Encoder {
  const columns = Object.entries(device.schema.fields).flatMap(([name, field]) =>
    partsOf(name, field).map((part) => ({ name, part, field })),
  );
  switch (format) {
    case 'csv':
      return createCsvEncoder(columns);
    case 'ndjson':
      return createNdjsonEncoder();
    case 'parquet':
      return createParquetEncoder(columns);
  }
}

async function write(target: Writable, chunk: string | Uint8Array): Promise<void> {
  if (chunk.length > 0 && !target.write(chunk)) await once(target, 'drain');
}
