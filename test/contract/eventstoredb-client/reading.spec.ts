/** `readStream` and `readAll`: both ways, from anywhere, no more than was asked for. */
import {
  BACKWARDS,
  END,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  type AppendResult,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { binaryEvents, clientUnderTest, collected, jsonEvents } from './client-under-test.js';

const sut = clientUnderTest();
const revisionsOf = (events: ResolvedEvent[]): number[] => events.map(({ event }) => Number(event!.revision));

describe('a stream', () => {
  let stream: string;
  let appended: AppendResult;
  beforeAll(async () => {
    stream = sut.newStream();
    appended = await sut.client.appendToStream(stream, [...jsonEvents(4, 'json'), ...binaryEvents(4, 'binary')]);
    await sut.client.appendToStream(sut.newStream(), jsonEvents(5, 'other'));
  });

  it('holds JSON as JSON, and bytes as bytes', async () => {
    const [json] = await collected(sut.client.readStream(stream, { fromRevision: 1n, maxCount: 1 }));
    const [binary] = await collected(sut.client.readStream(stream, { fromRevision: 5n, maxCount: 1 }));

    expect(json!.event).toMatchObject({ isJson: true, type: 'json', streamId: stream, revision: 1n, data: { index: 1 } });
    expect(binary!.event).toMatchObject({ isJson: false, type: 'binary', revision: 5n });
    expect(Buffer.from(binary!.event!.data as Uint8Array).toString()).toBe('bytes 1');
  });

  it.each([
    ['from the start', {}, [0, 1, 2, 3, 4, 5, 6, 7]],
    ['from a revision on', { fromRevision: 1n }, [1, 2, 3, 4, 5, 6, 7]],
    ['from behind the last one', { fromRevision: 8n }, []],
    ['backwards from the end', { direction: BACKWARDS, fromRevision: END }, [7, 6, 5, 4, 3, 2, 1, 0]],
    ['backwards from a revision', { direction: BACKWARDS, fromRevision: 1n }, [1, 0]],
    ['some', { maxCount: 2 }, [0, 1]],
    ['the last', { direction: BACKWARDS, fromRevision: END, maxCount: 1 }, [7]],
  ] as const)('is read %s', async (_, options, revisions) => {
    expect(revisionsOf(await collected(sut.client.readStream(stream, options)))).toEqual(revisions);
  });

  it('tells where an event stands, as its append did', async () => {
    const [last] = await collected(sut.client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }));

    expect(last!.event!.position).toEqual(appended.position);
  });

  it('tells when an event was written', async () => {
    const [last] = await collected(sut.client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }));
    const ageMs = Date.now() - last!.event!.created.getTime();

    expect(Math.abs(ageMs)).toBeLessThan(600_000);
  });

  it('that is not there is not found', async () => {
    const missing = sut.newStream();
    const error: unknown = await collected(sut.client.readStream(missing)).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(StreamNotFoundError);
    expect(error).toMatchObject({ streamName: missing });
  });

  it('that was deleted for good says so', async () => {
    const gone = sut.newStream();
    await sut.client.appendToStream(gone, jsonEvents(4));
    await sut.client.tombstoneStream(gone);
    const error: unknown = await collected(sut.client.readStream(gone, { maxCount: 10 })).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(StreamDeletedError);
    expect(error).toMatchObject({ streamName: gone });
  });
});

describe('everything', () => {
  let names: string[];
  const own = (events: { event?: { streamId: string } }[]): string[] =>
    events.map(({ event }) => event?.streamId ?? '').filter((name) => names.includes(name));
  beforeAll(async () => {
    names = [sut.newStream('a'), sut.newStream('b')];
    for (const name of names) await sut.client.appendToStream(name, jsonEvents(4));
  });
  const [a, b] = [() => Array<string>(4).fill(names[0]!), () => Array<string>(4).fill(names[1]!)];

  it('is read from the start, with what the server writes for itself', async () => {
    const events = await collected(sut.client.readAll());

    expect(own(events)).toEqual([...a(), ...b()]);
    expect(events.some(({ event }) => event?.type.startsWith('$'))).toBe(true);
  });

  it('is read backwards from the end', async () => {
    expect(own(await collected(sut.client.readAll({ direction: BACKWARDS, fromPosition: END })))).toEqual([...b(), ...a()]);
  });

  it('is read from a position on, with what stands there', async () => {
    const third = (await collected(sut.client.readAll({ maxCount: 3 }))).at(-1)!;
    const [again] = await collected(sut.client.readAll({ fromPosition: third.event!.position, maxCount: 1 }));

    expect(again).toEqual(third);
  });

  it('is read backwards from a position, without what stands there', async () => {
    const [first, second] = await collected(sut.client.readAll({ maxCount: 2 }));
    const before = await collected(sut.client.readAll({ direction: BACKWARDS, fromPosition: second!.event!.position }));

    expect(before).toEqual([first]);
  });

  it('is read no further than was asked for', async () => {
    expect(await collected(sut.client.readAll({ maxCount: 2 }))).toHaveLength(2);
  });

  it('rises in position', async () => {
    const commits = (await collected(sut.client.readAll({ fromPosition: START }))).map(({ event }) => event!.position.commit);

    expect(commits).toEqual([...commits].sort((x, y) => Number(x - y)));
    expect(new Set(commits).size).toBe(commits.length);
  });
});
