/** `setStreamMetadata` and `getStreamMetadata`: kept as they are, and heeded. */
import type { StreamMetadata } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { clientUnderTest, collected, jsonEvents } from './client-under-test.js';

const sut = clientUnderTest();
const ADMIN = ['admin'];
const WHOLE: StreamMetadata = {
  maxAge: 2,
  cacheControl: 15,
  truncateBefore: 1,
  maxCount: 12,
  acl: { readRoles: ADMIN, writeRoles: ADMIN, deleteRoles: ADMIN, metaReadRoles: ADMIN, metaWriteRoles: ADMIN },
};

describe('metadata of a stream', () => {
  it('are none where none were set', async () => {
    const [missing, written] = [sut.newStream(), sut.newStream()];
    await sut.client.appendToStream(written, jsonEvents(4));

    expect(await sut.client.getStreamMetadata(missing)).toEqual({ streamName: missing });
    expect(await sut.client.getStreamMetadata(written)).toEqual({ streamName: written });
  });

  it.each([
    ['one key', { maxAge: 2 }],
    ['every key', WHOLE],
    ['keys of one’s own', { maxCount: 12, kitten: '😾' }],
  ])('are read as they were set: %s', async (_, metadata) => {
    const stream = sut.newStream();
    await sut.client.setStreamMetadata(stream, metadata);

    expect(await sut.client.getStreamMetadata(stream)).toMatchObject({ streamName: stream, metadata });
  });

  it('are those that were set last', async () => {
    const stream = sut.newStream();
    await sut.client.setStreamMetadata(stream, { maxCount: 12, turkey: 'raw' });
    await sut.client.setStreamMetadata(stream, { maxCount: 11, turkey: 'roast' });

    expect((await sut.client.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 11, turkey: 'roast' });
  });

  it.each([
    [{ maxCount: 2 }, [18, 19]],
    [{ truncateBefore: 17 }, [17, 18, 19]],
    [{ truncateBefore: 5, maxCount: 3 }, [17, 18, 19]],
  ])('say what of it can still be read: %j', async (metadata, revisions) => {
    const stream = sut.newStream();
    await sut.client.setStreamMetadata(stream, metadata);
    await sut.client.appendToStream(stream, jsonEvents(20));

    const read = await collected(sut.client.readStream(stream, { maxCount: 200 }));
    expect(read.map(({ event }) => Number(event!.revision))).toEqual(revisions);
  });
});
