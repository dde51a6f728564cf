/** Filters of `subscribeToAll`: by stream, by type, without the server's own; and how far it has looked. */
import { randomInt } from 'node:crypto';
import {
  eventTypeFilter,
  excludeSystemEvents,
  START,
  streamNameFilter,
  type AllStreamSubscription,
  type Filter,
  type Position,
} from '@eventstore/db-client';
import { expect, it } from 'vitest';
import { clientUnderTest, jsonEvents, upTo } from './client-under-test.js';

const sut = clientUnderTest();
/** Of this run: a real server keeps what earlier runs wrote. */
const RUN = `r${randomInt(1e9)}`;

it.each<[string, Filter, (kind: string) => string]>([
  ['prefixes', streamNameFilter({ prefixes: [`${RUN}_prefixed_`, 'nothing'] }), (kind) => `${RUN}_prefixed_${kind}`],
  ['a regular expression', streamNameFilter({ regex: `^[0-9]+_${RUN}_matched_` }), (kind) => `${randomInt(1_000)}_${RUN}_matched_${kind}`],
])('picks streams by %s', async (_, filter, nameOf) => {
  const [a, b] = [nameOf('a'), nameOf('b')];
  await sut.client.appendToStream(a, jsonEvents(8));
  await sut.client.appendToStream(sut.newStream(), jsonEvents(8));
  await sut.client.appendToStream(b, jsonEvents(8));
  await sut.client.appendToStream(a, [...jsonEvents(8), ...jsonEvents(1, 'last')]);
  const events = await upTo(sut.client.subscribeToAll({ fromPosition: START, filter }), ({ event }) => event?.type === 'last');

  expect(events.map(({ event }) => event!.streamId)).toEqual([...Array(8).fill(a), ...Array(8).fill(b), ...Array(9).fill(a)]);
});

it.each<[string, Filter, (kind: string) => string]>([
  ['prefixes', eventTypeFilter({ prefixes: [`${RUN}_prefixed_`] }), (kind) => `${RUN}_prefixed_${kind}`],
  [
    'a regular expression',
    eventTypeFilter({ regex: `^[0-9]+_${RUN}_matched_[a-z]+$` }),
    (kind) => `${randomInt(1_000)}_${RUN}_matched_${kind}`,
  ],
])('picks events by %s of their type', async (_, filter, typeOf) => {
  const [a, b, last] = [typeOf('a'), typeOf('b'), typeOf('last')];
  const stream = sut.newStream();
  await sut.client.appendToStream(stream, [...jsonEvents(8, a), ...jsonEvents(8, 'other')]);
  await sut.client.appendToStream(sut.newStream(), jsonEvents(8, b));
  await sut.client.appendToStream(stream, jsonEvents(1, last));
  const events = await upTo(sut.client.subscribeToAll({ fromPosition: START, filter }), ({ event }) => event?.type === last);

  expect(events.map(({ event }) => event!.type)).toEqual([...Array(8).fill(a), ...Array(8).fill(b), last]);
});

it('leaves out what the server writes for itself', async () => {
  const stream = sut.newStream();
  const appended = sut.client.appendToStream(stream, jsonEvents(9));
  const filter = excludeSystemEvents();
  const events = await upTo(
    sut.client.subscribeToAll({ fromPosition: START, filter }),
    ({ event }) => event?.streamId === stream && event.revision === 8n,
  );
  await appended;

  expect(events.length).toBeGreaterThanOrEqual(9);
  expect(events.filter(({ event }) => event!.type.startsWith('$'))).toEqual([]);
});

it('tells how far it has looked, and waits while that is noted', async () => {
  const stream = sut.newStream();
  const { position } = await sut.client.appendToStream(stream, jsonEvents(1));
  const checkpoints: Position[] = [];
  let noting = false;
  const checkpointReached = async (_: AllStreamSubscription, at: Position): Promise<void> => {
    checkpoints.push(at);
    noting = true;
    await new Promise((resolve) => setTimeout(resolve, 20));
    noting = false;
  };
  const filter = excludeSystemEvents({ checkpointInterval: 2, checkpointReached });
  const subscription = sut.client.subscribeToAll({ fromPosition: position!, filter });
  const appending = (async () => {
    for (let n = 0; n < 19; n += 1) await sut.client.appendToStream(stream, jsonEvents(20));
    await sut.client.appendToStream(stream, jsonEvents(4, 'last'));
  })();
  const whileNoting: bigint[] = [];
  subscription.on('data', ({ event }) => void (noting && whileNoting.push(event!.revision)));
  const events = await upTo(subscription, ({ event }) => event?.streamId === stream && event.revision === 384n);
  await appending;

  expect(events).toHaveLength(384);
  expect(whileNoting).toEqual([]);
  // Every 2 × 32 events that were looked at; what others write on a real server counts, too.
  expect(checkpoints.length).toBeGreaterThanOrEqual(5);
  expect(checkpoints.length).toBeLessThanOrEqual(8);
  const commits = checkpoints.map(({ commit }) => Number(commit));
  expect(commits).toEqual([...commits].sort((a, b) => a - b));
  expect(commits[0]).toBeGreaterThan(Number(position!.commit));
});
