/** `deleteStream`, after which a stream may live again, and `tombstoneStream`, after which it never does. */
import {
  BACKWARDS,
  END,
  NO_STREAM,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type DeleteStreamOptions,
} from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { clientUnderTest, collected, jsonEvents } from './client-under-test.js';

const sut = clientUnderTest();

async function filled(): Promise<string> {
  const stream = sut.newStream();
  await sut.client.appendToStream(stream, jsonEvents(4));
  return stream;
}

async function lastRevision(stream: string): Promise<bigint> {
  const [last] = await collected(sut.client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }));
  return last!.event!.revision;
}

describe.each([
  ['deleteStream', StreamNotFoundError],
  ['tombstoneStream', StreamDeletedError],
] as const)('%s', (method, readError) => {
  const remove = async (stream: string, options?: DeleteStreamOptions): Promise<unknown> => sut.client[method](stream, options);

  it('takes a stream away, and tells where that stands', async () => {
    const stream = await filled();
    const result = await sut.client[method](stream);

    expect(result.position!.commit).toBeGreaterThan(0n);
    await expect(collected(sut.client.readStream(stream, { maxCount: 10 }))).rejects.toBeInstanceOf(readError);
  });

  it('takes it away at the revision that is expected', async () => {
    const stream = await filled();
    await remove(stream, { expectedRevision: await lastRevision(stream) });

    await expect(collected(sut.client.readStream(stream))).rejects.toBeInstanceOf(readError);
  });

  it('leaves it where another revision is expected', async () => {
    const stream = await filled();
    const error = await remove(stream, { expectedRevision: 2n }).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ streamName: stream, expectedVersion: 2n });
    expect(await lastRevision(stream)).toBe(3n);
  });

  it('leaves it where no stream is expected', async () => {
    const stream = await filled();
    const error = await remove(stream, { expectedRevision: NO_STREAM }).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ streamName: stream });
    expect(await lastRevision(stream)).toBe(3n);
  });
});

describe('deleteStream', () => {
  it('finds nothing to delete where there is no stream', async () => {
    const stream = sut.newStream();

    await expect(sut.client.deleteStream(stream, { expectedRevision: NO_STREAM })).rejects.toBeInstanceOf(WrongExpectedVersionError);
  });

  it('deletes what has metadata only', async () => {
    const stream = sut.newStream();
    await sut.client.setStreamMetadata(stream, { cacheControl: 10 });

    expect(await sut.client.deleteStream(stream, { expectedRevision: NO_STREAM })).toBeDefined();
  });

  it('leaves a stream that goes on counting when it lives again', async () => {
    const stream = await filled();
    await sut.client.deleteStream(stream);
    await sut.client.appendToStream(stream, jsonEvents(2));

    const read = await collected(sut.client.readStream(stream));
    expect(read.map(({ event }) => event!.revision)).toEqual([4n, 5n]);
  });
});

describe('tombstoneStream', () => {
  it('takes the name of a stream that never was', async () => {
    const stream = sut.newStream();
    await sut.client.tombstoneStream(stream, { expectedRevision: NO_STREAM });

    const error: unknown = await collected(sut.client.readStream(stream, { maxCount: 10 })).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(StreamDeletedError);
    expect(error).toMatchObject({ streamName: stream });
  });
});
