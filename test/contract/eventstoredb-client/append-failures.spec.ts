/** `appendToStream` where it cannot: each failure is an error of its own kind, over the shared call and over one of its own. */
import {
  DeadlineExceededError,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  StreamDeletedError,
  WrongExpectedVersionError,
  type AppendToStreamOptions,
  type EventData,
} from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { clientUnderTest, collected, jsonEvents } from './client-under-test.js';

const sut = clientUnderTest();
/** With credentials the client makes a call of its own for each append. A server without TLS looks at none. */
const CALLS: [string, AppendToStreamOptions][] = [
  ['BatchAppend', {}],
  ['Append', { credentials: { username: 'admin', password: 'changeit' } }],
];
/** More than a server takes at once, with any setting of it: 17 MB. */
const tooLarge = (): EventData[] => Array.from({ length: 1_700 }, () => jsonEvent({ type: 'large', data: 'x'.repeat(10_000) }));

describe.each(CALLS)('over %s', (_, options) => {
  const failing = async (stream: string, events = jsonEvents(4), more: AppendToStreamOptions = {}): Promise<unknown> =>
    sut.client.appendToStream(stream, events, { ...options, ...more }).then(
      () => expect.fail('it was written'),
      (error: unknown) => error,
    );

  it('a conflict says what was expected, and what is', async () => {
    const stream = sut.newStream();
    await sut.client.appendToStream(stream, jsonEvents(4), options);
    const error = await failing(stream, jsonEvents(4), { expectedRevision: NO_STREAM });

    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    expect(error).toMatchObject({ streamName: stream, expectedVersion: NO_STREAM, actualVersion: 3n });
  });

  it('a stream that was deleted for good takes nothing', async () => {
    const stream = sut.newStream();
    await sut.client.appendToStream(stream, jsonEvents(4), options);
    await sut.client.tombstoneStream(stream);
    const error = await failing(stream);

    expect(error).toBeInstanceOf(StreamDeletedError);
    expect(error).toMatchObject({ streamName: stream });
  });

  it('more than the server takes at once is refused whole', async () => {
    const stream = sut.newStream();
    const error = await failing(stream, tooLarge());

    expect(error).toBeInstanceOf(MaxAppendSizeExceededError);
    expect((error as MaxAppendSizeExceededError).maxAppendSize).toBeGreaterThan(100_000);
    await expect(collected(sut.client.readStream(stream))).rejects.toThrow(/not found/);
  });

  it('what is not written in time is told as too late', async () => {
    expect(await failing(sut.newStream(), jsonEvents(5_000), { deadline: 1 })).toBeInstanceOf(DeadlineExceededError);
  });

  it('what is too late is told as too late, and not as too large, where it is both', async () => {
    expect(await failing(sut.newStream(), tooLarge(), { deadline: 1 })).toBeInstanceOf(DeadlineExceededError);
  });
});
