/** Large appends: what a device may send fits into one, and what the server holds of it is compressed. */
import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { EventStoreDBClient } from '@eventstore/db-client';
import { afterEach, expect, it } from 'vitest';
import { openEventStoreDbEventLog, type EventStoreDbEventLog } from '#adapters/eventstoredb';
import { append, appended, dataOf, everything } from '../../support/event-log/events.js';
import { temporaryFolder } from '../../support/event-log/temporary-folder.js';
import { openStandIn, type StandIn } from '../../support/eventstoredb/index.js';

/** What the server is told in docker/ and k8s/. */
const APPEND_BYTES_MAX = 16_000_000;
const READINGS = 10_000;
const BODY_BYTES = 8 * 1024 * 1024;

const open: { close(): Promise<void> }[] = [];
const folders: { remove(): void }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  for (const folder of folders.splice(0)) folder.remove();
});

async function opened(appendBytesMax: number): Promise<{ log: EventStoreDbEventLog; server: StandIn }> {
  const folder = temporaryFolder();
  folders.push(folder);
  const server = await openStandIn({ dir: folder.dir, appendBytesMax });
  open.push(server);
  const log = await openEventStoreDbEventLog({ url: server.url, requestTimeoutMs: 20_000 });
  open.push(log);
  return { log, server };
}

/** Refused readings with their originals, as large together as the door lets them be, of text that hardly compresses. */
function largestBatch(): unknown {
  const original = (): string => randomBytes(Math.floor((BODY_BYTES / READINGS) * 0.75)).toString('base64');
  const refused = (index: number): unknown => ({ index, code: 'reading.bad-value', detail: 'pressure is no number', original: original() });
  return { rejected: Array.from({ length: READINGS }, (_, index) => refused(index)) };
}

it('holds the largest batch that the door lets in, all of it refused, on a server as the platform sets it', async () => {
  const { log } = await opened(APPEND_BYTES_MAX);
  const batch = largestBatch();
  await appended(log, 'device-a.1', -1, 'small', batch, 'small');

  expect(dataOf(await log.readStream('device-a.1', 0, 10))).toEqual(['small', batch, 'small']);
  expect(dataOf(await everything(log))).toEqual(['small', batch, 'small']);
});

it('sends data above 256 KiB compressed, and below as the JSON that others can read', async () => {
  const { log, server } = await opened(1024 * 1024);
  const client = EventStoreDBClient.connectionString(server.url);
  open.push({ close: () => client.dispose() });
  const atLimit = 'x'.repeat(256 * 1024 - 2);
  const text = '漢'.repeat(1024 * 1024);
  await appended(log, 'device-a.1', -1, atLimit, text);

  const held = [];
  for await (const { event } of client.readStream('device-a.1')) held.push(event!);
  expect(held.map(({ isJson }) => isJson)).toEqual([true, false]);
  expect(held[0]!.data).toBe(atLimit);
  expect(gunzipSync(held[1]!.data as Uint8Array).toString('utf8')).toBe(JSON.stringify(text));
  expect(dataOf(await everything(log))).toEqual([atLimit, text]);
});

it('counts a page by what its events take once they are read', async () => {
  const { log } = await opened(1024 * 1024);
  for (const revision of [-1, 0, 1]) await appended(log, 'device-a.1', revision, 'x'.repeat(2_000_000));

  expect(await log.readAll(0, 10, 3_000_000)).toHaveLength(2);
});

it('says what it weighs and what fits where an append is too large all the same', async () => {
  const { log } = await opened(1024 * 1024);

  await expect(append(log, 'device-a.1', -1, largestBatch())).rejects.toMatchObject({
    name: 'AppendTooLargeError',
    message: expect.stringMatching(/^It takes \d{7} bytes to record this, more than the 1048576 that the event log takes at once\.$/),
  });
  expect(await log.head()).toBe(0);
});
