/** What the client and the server do wrong or leave to us, each shown to be guarded. In this process, where faults are exact. */
import { BACKWARDS, END, EventStoreDBClient } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectEventStoreDbEventLog, openEventStoreDbEventLog, type EventStoreDbEventLog } from '#adapters/eventstoredb';
import { append, appended, Collector, dataOf, everything, newEvent, positionsOf } from '../../support/event-log/events.js';
import { openProxy } from '../../support/proxy.js';
import { temporaryFolder } from '../../support/event-log/temporary-folder.js';
import { openStandIn, type StandIn } from '../../support/eventstoredb/index.js';

/** Long against what a busy machine takes. */
const PATIENT_MS = 20_000;
/** For what never comes. */
const IMPATIENT_MS = 500;
const UNKNOWN = { name: 'UnknownOutcomeError' };
const UNAVAILABLE = { name: 'StoreUnavailableError' };

let folder: ReturnType<typeof temporaryFolder>;
let server: StandIn;
let log: EventStoreDbEventLog;
const others: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  folder = temporaryFolder();
  server = await openStandIn({ dir: folder.dir });
  log = await openLog();
});
afterEach(async () => {
  await log.close();
  for (const other of others.splice(0)) await other.close();
  await server.close();
  folder.remove();
});

const openLog = (requestTimeoutMs = PATIENT_MS, more = ''): Promise<EventStoreDbEventLog> =>
  openEventStoreDbEventLog({ url: server.url + more, requestTimeoutMs });

async function another(requestTimeoutMs = PATIENT_MS, more = ''): Promise<EventStoreDbEventLog> {
  const opened = await openLog(requestTimeoutMs, more);
  others.push(opened);
  return opened;
}
const impatient = (): Promise<EventStoreDbEventLog> => another(IMPATIENT_MS);

async function restart(): Promise<void> {
  const { port } = server;
  await server.close();
  server = await openStandIn({ dir: folder.dir, port });
}

/** Repeats what fails while the server is away. */
async function once<T>(action: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await action();
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

describe('an append whose answer is lost', () => {
  it('has an unknown outcome within our own time, and is in the log once, however often it is tried', async () => {
    const event = newEvent('a');
    const sut = await impatient();
    await server.faults.set({ loseAnswers: 1 });
    await expect(sut.append({ stream: 'device-a.1', expectedRevision: -1, events: [event] })).rejects.toMatchObject(UNKNOWN);

    expect(dataOf(await log.readStream('device-a.1', 0, 10))).toEqual(['a']);
    const again = await log.append({ stream: 'device-a.1', expectedRevision: -1, events: [event] });
    expect(again).toMatchObject({ ok: true, revision: 0 });
    expect(dataOf(await everything(log))).toEqual(['a']);
  });

  it('leaves the others that are under way alone', async () => {
    const sut = await another(2_000);
    await server.faults.set({ loseAnswers: 1 });
    const lost = append(sut, 'device-a.1', -1, 'lost');
    const kept = Array.from({ length: 20 }, (_, n) => append(sut, `device-b.${n}`, -1, n));

    await expect(lost).rejects.toMatchObject(UNKNOWN);
    expect((await Promise.all(kept)).every(({ ok }) => ok)).toBe(true);
  });

  it('is recognised by its ids after a restart of the server, too', async () => {
    const events = [newEvent('a'), newEvent('b')];
    const sut = await impatient();
    await server.faults.set({ loseAnswers: 1 });
    await expect(sut.append({ stream: 'device-a.1', expectedRevision: -1, events })).rejects.toMatchObject(UNKNOWN);
    await restart();

    const again = await once(() => log.append({ stream: 'device-a.1', expectedRevision: -1, events }));
    expect(again).toMatchObject({ ok: true, revision: 0, positions: positionsOf(await everything(log)) });
    expect(dataOf(await everything(log))).toEqual(['a', 'b']);
  });

  it('may come late, to nobody', async () => {
    const sut = await impatient();
    await server.faults.set({ slowMs: IMPATIENT_MS + 200 });
    await expect(append(sut, 'device-a.1', -1, 'late')).rejects.toMatchObject(UNKNOWN);
    await server.faults.clear();
    const collector = new Collector(sut, 0);

    expect(dataOf(await collector.count(1))).toEqual(['late']);
    expect(await once(() => append(sut, 'device-a.1', 0, 'next'))).toMatchObject({ ok: true, revision: 1 });
  });

  it('has an unknown outcome where the server itself gave up waiting', async () => {
    await server.faults.set({ timeOutAppends: 1 });
    await expect(append(log, 'device-a.1', -1, 'a')).rejects.toMatchObject(UNKNOWN);
    expect(dataOf(await log.readStream('device-a.1', 0, 10))).toEqual(['a']);
  });
});

describe('a transport error of one stream of appends', () => {
  it('leaves the outcome of its own appends unknown, and touches no other log of the thread', async () => {
    const other = await another();
    await Promise.all([append(log, 'device-a.1', -1, 'a'), append(other, 'device-b.1', -1, 'b')]);
    await server.faults.set({ slowMs: 50 });
    const broken = append(log, 'device-a.1', 0, 'a2').catch((error: unknown) => error);
    const bystander = await openStandInWithLog();
    const kept = append(bystander, 'device-c.1', -1, 'c');
    await server.faults.breakAppendStreams();

    expect(await broken).toMatchObject(UNKNOWN);
    expect(await kept).toMatchObject({ ok: true });
    await server.faults.clear();
    expect(await once(() => append(log, 'device-d.1', -1, 'd'))).toMatchObject({ ok: true });
  });

  it('is over with the next append', async () => {
    await appended(log, 'device-a.1', -1, 'a');
    for (let n = 0; n < 5; n += 1) {
      await server.faults.breakAppendStreams();
      await once(() => log.append({ stream: `device-b.${n}`, expectedRevision: -1, events: [newEvent(n)] }));
    }
    expect(dataOf(await everything(log))).toEqual(['a', 0, 1, 2, 3, 4]);
  });
});

/** A log on a server of its own, slow enough that its append is under way when the other one's breaks. */
async function openStandInWithLog(): Promise<EventStoreDbEventLog> {
  const own = temporaryFolder();
  const standIn = await openStandIn({ dir: own.dir });
  const opened = await openEventStoreDbEventLog({ url: standIn.url, requestTimeoutMs: PATIENT_MS });
  others.push(opened, { close: () => standIn.close() }, { close: async () => own.remove() });
  await standIn.faults.set({ slowMs: 100 });
  return opened;
}

describe('a conflict', () => {
  it.each(['', '&throwOnAppendFailure=false'])('tells the real revision, with the client told%s', async (setting) => {
    const sut = await another(PATIENT_MS, setting);
    await appended(sut, 'device-a.1', -1, 0, 1, 2, 3, 4);

    expect(await append(sut, 'device-a.1', 2, 'x')).toEqual({ ok: false, conflict: true, actualRevision: 4 });
    expect(await append(sut, 'device-a.2', 7, 'x')).toEqual({ ok: false, conflict: true, actualRevision: -1 });
  });
});

describe('a subscription', () => {
  it('resumes by itself, without a gap or an event twice', async () => {
    const collector = new Collector(log, 0, 7);
    for (let round = 0; round < 6; round += 1) {
      await Promise.all(Array.from({ length: 20 }, (_, n) => append(log, `device-${round}.${n}`, -1, [round, n])));
      await collector.count(round * 20 + 1);
      await server.faults.dropSubscriptions();
    }
    await collector.count(120);

    const all = await everything(log);
    expect(positionsOf(collector.events)).toEqual(positionsOf(all));
    expect(log.figures().subscriptions_lost).toBeGreaterThan(0);
  });

  it('outlives the server, and goes on where it stood', async () => {
    const collector = new Collector(log, 0);
    await appended(log, 'device-a.1', -1, 'a');
    await collector.count(1);
    const { port } = server;
    await server.close();
    await expect(log.health()).rejects.toBeInstanceOf(Error);
    server = await openStandIn({ dir: folder.dir, port });
    const other = await another();
    await appended(other, 'device-a.1', 0, 'b');

    expect(dataOf(await collector.count(2))).toEqual(['a', 'b']);
    await log.health();
  });

  it('brings neither what the server writes for itself nor snapshots', async () => {
    const collector = new Collector(log, 0);
    await appended(log, 'device-a.1', -1, 'a');
    await log.saveSnapshot({ stream: 'device-a.1', revision: 0, snapshotVersion: 1, state: '{}' });
    await appended(log, 'device-a.1', 0, 'b');

    expect(dataOf(await collector.count(2))).toEqual(['a', 'b']);
    expect(dataOf(await everything(log))).toEqual(['a', 'b']);
    expect(await log.head()).toBe(collector.events.at(-1)!.position);
  });

  it('is one for all followers, and ends with the last of them', async () => {
    const followers = Array.from({ length: 16 }, () => new Collector(log, 0));
    await appended(log, 'device-a.1', -1, 'a');
    await Promise.all(followers.map((follower) => follower.count(1)));
    await appended(log, 'device-a.1', 0, 'b');
    await Promise.all(followers.map((follower) => follower.count(2)));
    expect(log.figures()).toMatchObject({ subscriptions: 1, followers: 16 });

    await Promise.all(followers.map(({ follower }) => follower.close()));
    await once(async () => expect(await server.faults.dropSubscriptions()).toBe(0));
  });
});

describe('a server that is away', () => {
  it('is told to readers in time, and used again as soon as it is back', async () => {
    const sut = await impatient();
    await appended(log, 'device-a.1', -1, 'a');
    const { port } = server;
    await server.close();

    await expect(append(sut, 'device-a.1', 0, 'b')).rejects.toMatchObject({ name: expect.stringMatching(/Unknown|Unavailable/) as string });
    await expect(sut.readStream('device-a.1', 0, 1)).rejects.toMatchObject(UNAVAILABLE);
    await expect(sut.head()).rejects.toMatchObject(UNAVAILABLE);
    await expect(sut.loadSnapshot('device-a.1')).rejects.toMatchObject(UNAVAILABLE);
    await expect(sut.health()).rejects.toBeInstanceOf(Error);

    server = await openStandIn({ dir: folder.dir, port });
    expect(dataOf(await once(() => sut.readStream('device-a.1', 0, 1)))).toEqual(['a']);
    expect(await once(() => append(sut, 'device-a.1', 0, 'b'))).toMatchObject({ ok: true, revision: 1 });
  });

  it('keeps nobody from closing the log', async () => {
    const collector = new Collector(log, 0);
    await appended(log, 'device-a.1', -1, 'a');
    await collector.count(1);
    await server.close();
    const pending = append(log, 'device-a.1', 0, 'b').catch((error: unknown) => error);

    await log.close();
    expect(await pending).toBeInstanceOf(Error);
    await expect(collector.follower.done).resolves.toBeUndefined();
  });

  it('is one clear line when the log is opened, without the password', async () => {
    const { port } = server;
    await server.close();
    const url = `esdb://admin:secret@127.0.0.1:${port}?tls=false`;
    await expect(openEventStoreDbEventLog({ url })).rejects.toMatchObject({
      name: 'ServerRefusedError',
      message: expect.stringMatching(
        /^EVENTSTOREDB_URL esdb:\/\/admin:\*\*\*@127\.0\.0\.1:\d+\?tls=false: [^\n]*ECONNREFUSED[^\n]*$/,
      ) as string,
    });
    server = await openStandIn({ dir: folder.dir, port });
  });

  it.each(['http://127.0.0.1:2113', 'esdb://', 'not a url'])('is a URL that names none: %s', async (url) => {
    await expect(openEventStoreDbEventLog({ url })).rejects.toMatchObject({
      name: 'ServerRefusedError',
      message: expect.stringMatching(/^EVENTSTOREDB_URL [^\n]+$/) as string,
    });
  });

  it('may come later than a log that is connected without a look at it', async () => {
    const { port } = server;
    await server.close();
    const early = connectEventStoreDbEventLog({ url: server.url, requestTimeoutMs: IMPATIENT_MS });
    others.push(early);
    await expect(early.head()).rejects.toMatchObject(UNAVAILABLE);
    server = await openStandIn({ dir: folder.dir, port });

    expect(await once(() => append(early, 'device-a.1', -1, 'a'))).toMatchObject({ ok: true, revision: 0 });
  });
});

describe('a connection that is dead without saying so', () => {
  it('is given up after the first append without an answer', async () => {
    const proxy = await openProxy(server.port);
    const sut = await openEventStoreDbEventLog({ url: `esdb://127.0.0.1:${proxy.port}?tls=false`, requestTimeoutMs: IMPATIENT_MS });
    others.push(sut, proxy);
    const collector = new Collector(sut, 0);
    await appended(sut, 'device-a.1', -1, 'a');
    await collector.count(1);
    proxy.freeze();

    await expect(append(sut, 'device-a.1', 0, 'b')).rejects.toMatchObject(UNKNOWN);
    expect(await once(() => append(sut, 'device-a.1', 0, 'c'))).toMatchObject({ ok: true, revision: 1 });
    expect(dataOf(await collector.count(2))).toEqual(['a', 'c']);
    expect(sut.figures().connections_replaced).toBeGreaterThan(0);
  });
});

describe('a server that answers, but not as hoped', () => {
  it('is not the leader: what follows goes to the one that is', async () => {
    const leaderFolder = temporaryFolder();
    const leader = await openStandIn({ dir: leaderFolder.dir });
    others.push(leader, { close: async () => leaderFolder.remove() });
    await server.faults.set({ notLeader: { host: '127.0.0.1', port: leader.port } });

    expect(await once(() => append(log, 'device-a.1', -1, 'a'))).toMatchObject({ ok: true, revision: 0 });
    const there = await openEventStoreDbEventLog({ url: leader.url });
    others.unshift(there);
    expect(dataOf(await everything(there))).toEqual(['a']);
    expect(dataOf(await everything(log))).toEqual(['a']);
  });

  it('takes too long for a read: that has an end, too', async () => {
    const sut = await impatient();
    await server.faults.set({ slowMs: IMPATIENT_MS * 5 });
    await expect(sut.readStream('device-a.1', 0, 1)).rejects.toMatchObject(UNAVAILABLE);
  });

  it('has only begun to start', async () => {
    const sut = await impatient();
    await server.faults.set({ notReady: true });
    await expect(sut.head()).rejects.toMatchObject(UNAVAILABLE);
    await expect(openLog()).rejects.toMatchObject({ name: 'ServerRefusedError', message: expect.stringContaining('Not Ready') as string });
    await server.faults.clear();
    expect(await once(() => sut.head())).toBe(0);
  });

  it('takes less at once than was hoped: the append is refused whole, and others go on', async () => {
    const { port } = server;
    await server.close();
    server = await openStandIn({ dir: folder.dir, port, appendBytesMax: 10_000 });
    const refused = { name: 'AppendTooLargeError', message: expect.stringContaining('10000') as string };
    await once(() => log.head());
    const outcomes = await Promise.allSettled([append(log, 'device-a.1', -1, 'x'.repeat(20_000)), append(log, 'device-a.2', -1, 'small')]);

    expect(outcomes[0]).toMatchObject({ reason: refused });
    expect(dataOf(await everything(log))).toEqual(['small']);
  });
});

describe('deleted streams', () => {
  let client: EventStoreDBClient;
  beforeEach(() => {
    client = EventStoreDBClient.connectionString(server.url);
    others.push({ close: () => client.dispose() });
  });

  it('hold nothing, and live again with the next append', async () => {
    await appended(log, 'device-a.1', -1, 'a', 'b');
    await client.deleteStream('device-a.1');
    expect(await log.readStream('device-a.1', 0, 10)).toEqual([]);

    expect(await append(log, 'device-a.1', -1, 'c')).toMatchObject({ ok: true, revision: 2 });
    expect(dataOf(await log.readStream('device-a.1', 0, 10))).toEqual(['c']);
  });

  it('hold nothing and take nothing where they are gone for good', async () => {
    await appended(log, 'device-a.1', -1, 'a');
    await client.tombstoneStream('device-a.1');

    expect(await log.readStream('device-a.1', 0, 10)).toEqual([]);
    await expect(append(log, 'device-a.1', 0, 'b')).rejects.toThrow('deleted for good');
  });
});

describe('positions', () => {
  it('are the commit position and one, and rise strictly, within an append, too', async () => {
    const result = await appended(log, 'device-a.1', -1, 'a', 'b', 'c');
    const client = EventStoreDBClient.connectionString(server.url);
    others.push({ close: () => client.dispose() });
    const commits: number[] = [];
    for await (const { event } of client.readStream('device-a.1')) commits.push(Number(event!.position!.commit));

    expect(positionsOf(await everything(log))).toEqual(commits.map((commit) => commit + 1));
    expect(new Set(commits).size).toBe(3);
    expect(result.lastPosition).toBe(commits[2]! + 1);
  });
});

describe('snapshots', () => {
  it('are kept one a stream by the server itself', async () => {
    for (let revision = 0; revision < 5; revision += 1)
      await log.saveSnapshot({ stream: 'device-a.1', revision, snapshotVersion: 1, state: `s${revision}` });
    const client = EventStoreDBClient.connectionString(server.url);
    others.push({ close: () => client.dispose() });
    const kept: unknown[] = [];
    for await (const { event } of client.readStream('snapshot-device-a.1', { direction: BACKWARDS, fromRevision: END }))
      kept.push(event!.data);

    expect(kept).toEqual([{ stream: 'device-a.1', revision: 4, snapshotVersion: 1, state: 's4' }]);
    expect((await client.getStreamMetadata('snapshot-device-a.1')).metadata).toEqual({ maxCount: 1 });
  });

  it('may be larger than an append, as text that repeats itself', async () => {
    const state = JSON.stringify({ seqs: Array.from({ length: 90_000 }, (_, n) => [n * 3, n * 3 + 1]) });
    expect(state.length).toBeGreaterThan(1024 * 1024);
    await log.saveSnapshot({ stream: 'device-a.1', revision: 7, snapshotVersion: 1, state });

    expect((await log.loadSnapshot('device-a.1'))!.state).toBe(state);
  });
});

describe('several logs on one server', () => {
  it('see each its own', async () => {
    const logs = await Promise.all(['one.', 'two.'].map((namespace) => openEventStoreDbEventLog({ url: server.url, namespace })));
    others.push(...logs);
    const [one, two] = logs as [EventStoreDbEventLog, EventStoreDbEventLog];
    const collector = new Collector(two, 0);
    await appended(one, 'device-a.1', -1, 'one');
    await appended(two, 'device-a.1', -1, 'two');

    expect(dataOf(await collector.count(1))).toEqual(['two']);
    expect((await everything(one)).map(({ stream, data }) => [stream, data])).toEqual([['device-a.1', 'one']]);
  });
});
