/** `subscribeToStream` and `subscribeToAll`: what is there already, word that it was all, then what comes; and `for await`. */
import { pipeline } from 'node:stream/promises';
import { Writable, type Readable } from 'node:stream';
import { END, type ResolvedEvent } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { clientUnderTest, jsonEvents, upTo } from './client-under-test.js';

const sut = clientUnderTest();
const LAST = 'last-of-all';
const isLast = ({ event }: ResolvedEvent): boolean => event?.type === LAST;
const last = () => jsonEvents(1, LAST);

interface Subscription {
  on(name: 'data', heard: (event: ResolvedEvent) => void): unknown;
  on(name: 'confirmation' | 'caughtUp' | 'end', heard: () => void): unknown;
  on(name: 'error', heard: (error: Error) => void): unknown;
  unsubscribe(): Promise<void>;
}

/** Notes what a subscription says, in order; ends it at the last event. */
class Listener {
  readonly heard: (string | number)[] = [];
  readonly caughtUp: Promise<void>;
  readonly ended: Promise<void>;

  constructor(subscription: Subscription, streams: string[]) {
    subscription.on('confirmation', () => this.heard.push('confirmed'));
    subscription.on('data', (resolved) => {
      const { event } = resolved;
      if (event && streams.includes(event.streamId)) this.heard.push(Number(event.revision));
      if (event && streams.includes(event.streamId) && isLast(resolved)) void subscription.unsubscribe();
    });
    this.caughtUp = new Promise((resolve) =>
      subscription.on('caughtUp', () => {
        this.heard.push('caught up');
        resolve();
      }),
    );
    this.ended = new Promise((resolve, reject) => {
      subscription.on('end', resolve);
      subscription.on('error', reject);
    });
  }
}

describe('a subscription to a stream', () => {
  it.each([
    ['from its start', {}, [0, 1, 2, 3]],
    ['from its end', { fromRevision: END }, []],
    ['from an event on, without it', { fromRevision: 2n }, [3]],
  ] as const)('brings it %s', async (_, options, before) => {
    const stream = sut.newStream();
    await sut.client.appendToStream(stream, jsonEvents(4));
    const listener = new Listener(sut.client.subscribeToStream(stream, options), [stream]);
    await listener.caughtUp;
    await sut.client.appendToStream(sut.newStream(), jsonEvents(2));
    await sut.client.appendToStream(stream, [...jsonEvents(3), ...last()]);
    await listener.ended;

    expect(listener.heard).toEqual(['confirmed', ...before, 'caught up', 4, 5, 6, 7]);
  });

  it('waits for one that is not there yet', async () => {
    const stream = sut.newStream();
    const listener = new Listener(sut.client.subscribeToStream(stream), [stream]);
    await listener.caughtUp;
    await sut.client.appendToStream(stream, [...jsonEvents(1), ...last()]);
    await listener.ended;

    expect(listener.heard).toEqual(['confirmed', 'caught up', 0, 1]);
  });

  it('is left from the middle of a loop', async () => {
    const stream = sut.newStream();
    await sut.client.appendToStream(stream, [...jsonEvents(8), ...last(), ...jsonEvents(3)]);

    expect(await upTo(sut.client.subscribeToStream(stream), isLast)).toHaveLength(9);
  });

  it('flows through a pipeline until it is ended', async () => {
    const stream = sut.newStream();
    await sut.client.appendToStream(stream, [...jsonEvents(8), ...last()]);
    const subscription = sut.client.subscribeToStream(stream);
    const ids: string[] = [];
    const sink = new Writable({
      objectMode: true,
      write(resolved: ResolvedEvent, _encoding, done) {
        ids.push(resolved.event!.id);
        if (isLast(resolved)) void subscription.unsubscribe().then(() => done());
        else done();
      },
    });
    await pipeline(subscription as Readable, sink);

    expect(new Set(ids).size).toBe(9);
  });
});

describe('a subscription to everything', () => {
  it.each(['start', 'end'] as const)('from the %s brings each event once, in order', async (fromPosition) => {
    const streams = [sut.newStream('a'), sut.newStream('b')];
    for (const stream of streams) await sut.client.appendToStream(stream, jsonEvents(4));
    const listener = new Listener(sut.client.subscribeToAll({ fromPosition }), streams);
    await listener.caughtUp;
    await sut.client.appendToStream(streams[0]!, [...jsonEvents(3), ...last()]);
    await listener.ended;

    const before = fromPosition === 'start' ? [0, 1, 2, 3, 0, 1, 2, 3] : [];
    expect(listener.heard).toEqual(['confirmed', ...before, 'caught up', 4, 5, 6, 7]);
  });

  it('from a position on brings what is behind it', async () => {
    const [marked, stream] = [sut.newStream(), sut.newStream()];
    const { position } = await sut.client.appendToStream(marked, jsonEvents(1));
    await sut.client.appendToStream(stream, jsonEvents(3));
    const listener = new Listener(sut.client.subscribeToAll({ fromPosition: position! }), [marked, stream]);
    await listener.caughtUp;
    await sut.client.appendToStream(stream, [...jsonEvents(3), ...last()]);
    await listener.ended;

    expect(listener.heard).toEqual(['confirmed', 0, 1, 2, 'caught up', 3, 4, 5, 6]);
  });

  it('tells what the server writes for itself, too', async () => {
    const stream = sut.newStream();
    await sut.client.appendToStream(stream, last());
    const events = await upTo(sut.client.subscribeToAll(), ({ event }) => event?.streamId === stream);

    expect(events.some(({ event }) => event?.type.startsWith('$'))).toBe(true);
  });

  it('waits for a reader that takes its time', async () => {
    const stream = sut.newStream();
    const { position } = await sut.client.appendToStream(stream, jsonEvents(1));
    const subscription = sut.client.subscribeToAll({ fromPosition: position! });
    const appended = sut.client.appendToStream(stream, [...jsonEvents(99), ...last()]);
    const indexes = new Set<number>();
    for await (const resolved of subscription) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (isLast(resolved)) break;
      if (resolved.event?.streamId === stream) indexes.add((resolved.event.data as { index: number }).index);
    }
    await appended;

    expect(indexes).toEqual(new Set(Array.from({ length: 99 }, (_, n) => n)));
  });

  it('tells those who listen, and not those who no longer do', async () => {
    const stream = sut.newStream();
    const { position } = await sut.client.appendToStream(stream, jsonEvents(1));
    const told = { always: 0, once: 0, off: 0 };
    const off = (): number => (told.off += 1);
    const subscription = sut.client.subscribeToAll({ fromPosition: position! });
    const ended = new Promise((resolve) => subscription.once('end', resolve as () => void));
    subscription.on('data', () => (told.always += 1));
    subscription.on('data', off);
    subscription.once('data', () => (told.once += 1));
    subscription.on('data', (event) => void (isLast(event) && subscription.unsubscribe()));
    subscription.off('data', off);
    await sut.client.appendToStream(stream, [...jsonEvents(5), ...last()]);
    await ended;

    expect(told).toEqual({ always: 6, once: 1, off: 0 });
  });
});
