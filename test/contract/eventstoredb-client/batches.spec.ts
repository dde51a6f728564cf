/** The call that the client's appends share: when it is used, and that it bears many at once. */
import type { Duplex } from 'node:stream';
import { jsonEvent } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clientUnderTest, collected, jsonEvents } from './client-under-test.js';

/** Protected in the client. */
interface Calls {
  GRPCStreamCreator(service: typeof StreamsClient, name: string, create: () => Duplex, cache: object): () => Promise<Duplex>;
  execute(...args: unknown[]): Promise<unknown>;
}

const sut = clientUnderTest();
const calls = (): Calls => sut.client as unknown as Calls;
afterEach(() => vi.restoreAllMocks());

describe('appends', () => {
  it('share one call', async () => {
    const [shared, own] = [vi.spyOn(calls(), 'GRPCStreamCreator'), vi.spyOn(calls(), 'execute')];
    const stream = sut.newStream();
    for (let n = 0; n < 3; n += 1) await sut.client.appendToStream(stream, jsonEvents(4));
    const streams = await Promise.all(shared.mock.results.map(({ value }) => (value as () => Promise<Duplex>)()));

    expect(streams).toHaveLength(3);
    expect(new Set(streams).size).toBe(1);
    expect(own.mock.calls.filter(([, name]) => name === 'appendToStream')).toEqual([]);
  });

  it('with credentials have a call each', async () => {
    const [shared, own] = [vi.spyOn(calls(), 'GRPCStreamCreator'), vi.spyOn(calls(), 'execute')];
    const credentials = { username: 'admin', password: 'changeit' };
    const result = await sut.client.appendToStream(sut.newStream(), jsonEvents(4), { credentials });

    expect(result).toMatchObject({ success: true, nextExpectedRevision: 3n });
    expect(shared).not.toHaveBeenCalled();
    expect(own).toHaveBeenCalledWith(StreamsClient, 'appendToStream', expect.any(Function));
  });

  it('of many events go in several messages and are one append all the same', async () => {
    const shared = vi.spyOn(calls(), 'GRPCStreamCreator');
    await sut.client.appendToStream(sut.newStream(), jsonEvents(1));
    const write = vi.spyOn(await (shared.mock.results[0]!.value as () => Promise<Duplex>)(), 'write');
    const stream = sut.newStream();
    const result = await sut.client.appendToStream(stream, jsonEvents(2_000), { batchAppendSize: 1_024 });

    expect(write.mock.calls.length).toBeGreaterThan(100);
    expect(result).toMatchObject({ success: true, nextExpectedRevision: 1_999n });
    const read = await collected(sut.client.readStream(stream));
    expect(read.map(({ event }) => (event!.data as unknown as { index: number }).index)).toEqual(
      Array.from({ length: 2_000 }, (_, n) => n),
    );
  });

  it('of 10,000 callers in one turn of the event loop are all answered, and keep their order', async () => {
    const stream = sut.newStream();
    const value = 'A'.repeat(904);
    const results = await Promise.all(
      Array.from({ length: 10_000 }, (_, n) => sut.client.appendToStream(stream, jsonEvent({ type: 'flood', data: { n, value } }))),
    );

    expect(results.map(({ nextExpectedRevision }) => Number(nextExpectedRevision))).toEqual(results.map((_, n) => n));
  });
});
