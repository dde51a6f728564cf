/** The vendor's client, as it is, over the stand-in, or over the server that `EVENTSTOREDB_URL` names. */
import { randomUUID } from 'node:crypto';
import { binaryEvent, EventStoreDBClient, jsonEvent, type EventData } from '@eventstore/db-client';
import { afterAll, beforeAll } from 'vitest';
import { temporaryFolder } from '../../support/event-log/temporary-folder.js';
import { openStandIn } from '../../support/eventstoredb/index.js';

export interface ClientUnderTest {
  readonly client: EventStoreDBClient;
  /** Another client, with these settings of a connection string. */
  connect(settings: string): EventStoreDBClient;
  /** A stream's name that nobody had before: a real server keeps what earlier runs wrote. */
  newStream(name?: string): string;
}

const realServer = process.env.EVENTSTOREDB_URL;

/** Opened before the tests of a file, closed after them. */
export function clientUnderTest(): ClientUnderTest {
  const closes: (() => Promise<void> | void)[] = [];
  let url = realServer ?? '';
  let first: EventStoreDBClient;
  const connect = (settings: string): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(`${url}${url.includes('?') ? '&' : '?'}${settings}`);
    closes.push(() => client.dispose());
    return client;
  };
  beforeAll(async () => {
    if (realServer === undefined) {
      const folder = temporaryFolder();
      const standIn = await openStandIn({ dir: folder.dir });
      closes.push(
        () => folder.remove(),
        () => standIn.close(),
      );
      ({ url } = standIn);
    }
    first = connect('connectionName=first');
  });
  afterAll(async () => {
    for (const close of closes.reverse()) await close();
  });
  return {
    get client() {
      return first;
    },
    connect,
    newStream: (name = 'stream') => `${name}-${randomUUID()}`,
  };
}

export const jsonEvents = (count: number, type = 'test'): EventData[] =>
  Array.from({ length: count }, (_, index) => jsonEvent({ type, data: { index } }));

export const binaryEvents = (count: number, type = 'test'): EventData[] =>
  Array.from({ length: count }, (_, index) => binaryEvent({ type, data: Buffer.from(`bytes ${index}`) }));

export async function collected<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

/** Reads on up to the first that is meant, and leaves. */
export async function upTo<T>(stream: AsyncIterable<T>, isLast: (each: T) => boolean): Promise<T[]> {
  const all: T[] = [];
  for await (const each of stream) {
    all.push(each);
    if (isLast(each)) break;
  }
  return all;
}
