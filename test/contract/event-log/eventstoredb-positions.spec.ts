/** Where each event of an append stands: found for many appends at once, whoever else writes meanwhile. */
import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openEventStoreDbEventLog, type EventStoreDbEventLog } from '#adapters/eventstoredb';
import { everything, newEvent } from '../../support/event-log/events.js';
import { temporaryFolder } from '../../support/event-log/temporary-folder.js';
import { openStandIn, type StandIn } from '../../support/eventstoredb/index.js';

let folder: ReturnType<typeof temporaryFolder>;
let server: StandIn;
let log: EventStoreDbEventLog;
let client: EventStoreDBClient;

beforeEach(async () => {
  folder = temporaryFolder();
  server = await openStandIn({ dir: folder.dir });
  log = await openEventStoreDbEventLog({ url: server.url, requestTimeoutMs: 20_000 });
  client = EventStoreDBClient.connectionString(server.url);
});
afterEach(async () => {
  await log.close();
  await client.dispose();
  await server.close();
  folder.remove();
});

/** Appends `events` at once, `appends` times one after the other; the positions that it was told. */
async function write(stream: string, appends: number, events: number): Promise<number[]> {
  const told: number[] = [];
  for (let n = 0; n < appends; n += 1) {
    const result = await log.append({
      stream,
      expectedRevision: n * events - 1,
      events: Array.from({ length: events }, (_, at) => newEvent([stream, n, at])),
    });
    if (!result.ok) throw new Error(`${stream} ends at ${result.actualRevision}`);
    told.push(...(result.positions ?? [result.position]));
  }
  return told;
}

async function positionsByStream(): Promise<Map<string, number[]>> {
  const byStream = new Map<string, number[]>();
  for (const { stream, position } of await everything(log)) byStream.set(stream, [...(byStream.get(stream) ?? []), position]);
  return byStream;
}

it('is told of each, where many append at once, few events and many', async () => {
  const streams = Array.from({ length: 24 }, (_, n) => [`device-a.${n}`, 1 + (n % 7)] as const);
  const told = await Promise.all(streams.map(([stream, events]) => write(stream, 10, events)));
  const there = await positionsByStream();

  for (const [n, [stream]] of streams.entries()) expect(told[n], stream).toEqual(there.get(stream));
});

it('asks less often than it appends', async () => {
  await Promise.all(Array.from({ length: 32 }, (_, n) => write(`device-a.${n}`, 10, 3)));

  expect(log.figures().reads).toBeLessThan(200);
});

it('is told of each, where others write far more', async () => {
  let over = false;
  const other = async (): Promise<void> => {
    while (!over)
      await client.appendToStream(
        `other-${randomUUID()}`,
        Array.from({ length: 200 }, () => jsonEvent({ type: 'other', data: {} })),
      );
  };
  const others = Promise.all([other(), other()]);
  const told = await Promise.all(Array.from({ length: 8 }, (_, n) => write(`device-a.${n}`, 5, 4)));
  over = true;
  await others;

  for (const [n, positions] of told.entries()) {
    const read: number[] = [];
    for await (const { event } of client.readStream(`device-a.${n}`)) read.push(Number(event!.position!.commit) + 1);
    expect(positions).toEqual(read);
  }
});

it('is told of an append that was made before, beside new ones', async () => {
  const events = [newEvent('a'), newEvent('b'), newEvent('c')];
  const request = { stream: 'device-a.old', expectedRevision: -1, events };
  const first = await log.append(request);
  await write('device-a.between', 20, 5);
  const [again] = await Promise.all([log.append(request), write('device-a.1', 1, 3), write('device-a.2', 1, 3)]);

  expect(again).toEqual(first);
});
