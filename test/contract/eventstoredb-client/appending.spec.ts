/** `appendToStream`: what is written is read back as it was, at the revision that was expected. */
import { ANY, binaryEvent, jsonEvent, NO_STREAM, STREAM_EXISTS, WrongExpectedVersionError } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { binaryEvents, clientUnderTest, collected, jsonEvents } from './client-under-test.js';

const sut = clientUnderTest();

const dataOf = async (stream: string): Promise<unknown[]> =>
  (await collected(sut.client.readStream(stream))).map(({ event }) => event!.data as unknown);

describe('an append', () => {
  it('tells the revision of its last event, and where it stands', async () => {
    const stream = sut.newStream();
    const first = await sut.client.appendToStream(stream, jsonEvents(4));
    const second = await sut.client.appendToStream(stream, binaryEvents(3));

    expect(first).toMatchObject({ success: true, nextExpectedRevision: 3n });
    expect(second).toMatchObject({ success: true, nextExpectedRevision: 6n });
    expect(second.position!.commit).toBeGreaterThan(first.position!.commit);
  });

  it.each(['CC ‐ 1830', '漢字', '💧', 'a\u0000b', ''])('keeps the text %j', async (text) => {
    const stream = sut.newStream();
    await sut.client.appendToStream(stream, jsonEvent({ type: 'text', data: text }));
    expect(await dataOf(stream)).toEqual([text]);
  });

  it('keeps bytes', async () => {
    const stream = sut.newStream();
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
    await sut.client.appendToStream(stream, binaryEvent({ type: 'bytes', data: bytes }));
    expect(Buffer.from((await dataOf(stream))[0] as Uint8Array)).toEqual(Buffer.from(bytes));
  });

  it('keeps a name that needs escapes', async () => {
    const stream = sut.newStream('ä/💧 %20');
    await sut.client.appendToStream(stream, jsonEvents(1));
    expect((await collected(sut.client.readStream(stream)))[0]!.event!.streamId).toBe(stream);
  });

  it('of a link is read as what it names where links are resolved', async () => {
    const [target, links] = [sut.newStream(), sut.newStream()];
    await sut.client.appendToStream(target, jsonEvents(4));
    await sut.client.appendToStream(links, binaryEvent({ type: '$>', data: Buffer.from(`2@${target}`) }));
    const [named] = await collected(sut.client.readStream(target, { fromRevision: 2n, maxCount: 1 }));
    const [resolved] = await collected(sut.client.readStream(links, { resolveLinkTos: true }));
    const [plain] = await collected(sut.client.readStream(links));

    expect(named!.link).toBeUndefined();
    expect(resolved!.event).toEqual(named!.event);
    expect(resolved!.link).toMatchObject({ type: '$>', streamId: links });
    expect(plain).toMatchObject({ event: { type: '$>', streamId: links } });
  });
});

describe('metadata of events', () => {
  const METADATA = { by: 'hand', n: 1 };
  const BYTES = Uint8Array.from(Buffer.from('of any kind \u0001'));
  const json = { type: 'with-metadata', data: { some: 'thing' } };
  const binary = { type: 'with-metadata', data: Buffer.from('some thing') };

  it.each([
    ['JSON beside JSON', jsonEvent({ ...json, metadata: METADATA }), METADATA],
    ['JSON beside bytes', binaryEvent({ ...binary, metadata: METADATA }), METADATA],
    ['bytes beside JSON', jsonEvent({ ...json, metadata: BYTES }), BYTES],
    ['bytes beside bytes', binaryEvent({ ...binary, metadata: BYTES }), BYTES],
    ['a Buffer beside JSON', jsonEvent({ ...json, metadata: Buffer.from(BYTES) }), BYTES],
    ['none beside JSON', jsonEvent(json), undefined],
    ['none beside bytes', binaryEvent(binary), undefined],
  ])('are kept: %s', async (_, event, expected) => {
    const stream = sut.newStream();
    await sut.client.appendToStream(stream, event);
    const [read] = await collected(sut.client.readStream(stream));
    const metadata: unknown = read!.event!.metadata;

    expect(metadata instanceof Uint8Array ? Uint8Array.from(metadata) : metadata).toEqual(expected);
  });
});

describe('an expected revision', () => {
  it.each([ANY, NO_STREAM] as const)('of %s is met by a new stream', async (expectedRevision) => {
    const result = await sut.client.appendToStream(sut.newStream(), jsonEvents(4), { expectedRevision });
    expect(result).toMatchObject({ success: true, nextExpectedRevision: 3n });
  });

  it('of any, of an existing stream, and of its last event is met by a stream that is there', async () => {
    const stream = sut.newStream();
    const { nextExpectedRevision } = await sut.client.appendToStream(stream, jsonEvents(4));
    for (const [n, expectedRevision] of ([nextExpectedRevision, ANY, STREAM_EXISTS] as const).entries())
      expect(await sut.client.appendToStream(stream, jsonEvents(4), { expectedRevision })).toMatchObject({
        nextExpectedRevision: BigInt(7 + 4 * n),
      });
  });

  it.each([
    ['no stream, where there is one', 4, NO_STREAM, 3n],
    ['a stream, where there is none', 0, STREAM_EXISTS, NO_STREAM],
    ['an event, where there is no stream', 0, 1n, NO_STREAM],
    ['an event that is still to come', 4, 4n, 3n],
    ['an event before the last', 4, 1n, 3n],
  ] as const)('that is not met fails, and tells both: %s', async (_, events, expectedRevision, actualVersion) => {
    const stream = sut.newStream();
    if (events > 0) await sut.client.appendToStream(stream, jsonEvents(events));
    const error: unknown = await sut.client.appendToStream(stream, jsonEvents(4), { expectedRevision }).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ streamName: stream, expectedVersion: expectedRevision, actualVersion });
  });

  it('that is not met is told as a result where the client is not to throw', async () => {
    const stream = sut.newStream();
    const client = sut.connect('throwOnAppendFailure=false');
    await client.appendToStream(stream, jsonEvents(4));

    expect(await client.appendToStream(stream, jsonEvents(4), { expectedRevision: NO_STREAM })).toMatchObject({ success: false });
    expect(await dataOf(stream)).toHaveLength(4);
  });
});

describe('the same append again', () => {
  it('at the same revision is answered as the first time, and writes nothing', async () => {
    const stream = sut.newStream();
    const events = jsonEvents(3);
    const first = await sut.client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
    await sut.client.appendToStream(stream, jsonEvents(1), { expectedRevision: 2n });

    expect(await sut.client.appendToStream(stream, events, { expectedRevision: NO_STREAM })).toMatchObject({
      success: true,
      nextExpectedRevision: first.nextExpectedRevision,
    });
    expect(await dataOf(stream)).toHaveLength(4);
  });

  it('in part only is a conflict', async () => {
    const stream = sut.newStream();
    const events = jsonEvents(3);
    await sut.client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
    const half = [...events.slice(0, 2), ...jsonEvents(1)];

    await expect(sut.client.appendToStream(stream, half, { expectedRevision: NO_STREAM })).rejects.toThrow(WrongExpectedVersionError);
  });
});
