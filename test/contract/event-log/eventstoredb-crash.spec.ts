/** A server of its own that is killed, paused and started again while it is appended to and followed. Runs against dist. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEventStoreDbEventLog, type EventStoreDbEventLog } from '#adapters/eventstoredb';
import type { EventLog } from '#ports';
import { appended, Collector, dataOf, everything, newEvent, positionsOf } from '../../support/event-log/events.js';
import { startEventStoreDb, type EventStoreDbServer } from '../../support/eventstoredb/index.js';

const STREAMS = 12;

let server: EventStoreDbServer;
let log: EventStoreDbEventLog;

beforeAll(async () => {
  server = await startEventStoreDb();
  log = await openEventStoreDbEventLog({ url: server.url, requestTimeoutMs: 2_000 });
});
afterAll(async () => {
  await log.close();
  await server.stop();
});

/** As an entity does: after an unknown outcome it reads the stream, and looks for its own event before it tries again. */
async function appendSurely(to: EventLog, stream: string, revision: number, data: unknown): Promise<number> {
  const event = newEvent(data);
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      const result = await to.append({ stream, expectedRevision: revision, events: [event] });
      if (!result.ok) throw new Error(`${stream} ends at ${result.actualRevision}, not at ${revision}`);
      return result.revision;
    } catch (error) {
      if (!['UnknownOutcomeError', 'StoreUnavailableError'].includes((error as Error).name)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    const written = await readSurely(to, stream);
    if (written.some(({ metadata }) => metadata.eventId === event.metadata.eventId)) return revision + 1;
  }
  throw new Error(`${stream}: no way to append`);
}

async function readSurely(from: EventLog, stream: string): Promise<Awaited<ReturnType<EventLog['readStream']>>> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await from.readStream(stream, 0, 10_000);
    } catch (error) {
      if (tries > 100) throw error;
    }
  }
}

/** Appends to many streams at once, and follows, while `disturb` does what it does. Everything must be there, once and in order. */
async function underLoad(name: string, appends: number, disturb: () => Promise<void>): Promise<void> {
  const before = await log.head();
  const followers = [new Collector(log, before, 16), new Collector(log, before)];
  let done = 0;
  let begun = (): void => undefined;
  const quarter = new Promise<void>((resolve) => (begun = resolve));
  const writers = Array.from({ length: STREAMS }, async (_, n) => {
    let revision = -1;
    for (let at = 0; at < appends; at += 1) {
      revision = await appendSurely(log, `device-${name}.${n}`, revision, [n, at]);
      done += 1;
      if (done === (STREAMS * appends) / 4) begun();
    }
  });
  await quarter;
  await disturb();
  await Promise.all(writers);

  const events = (await everything(log)).filter(({ position }) => position > before);
  expect(events.filter(({ stream }) => stream.startsWith(`device-${name}.`))).toHaveLength(STREAMS * appends);
  for (let n = 0; n < STREAMS; n += 1)
    expect(dataOf(events.filter(({ stream }) => stream === `device-${name}.${n}`))).toEqual(
      Array.from({ length: appends }, (_, at) => [n, at]),
    );
  for (const follower of followers) {
    await follower.count(events.length);
    expect(positionsOf(follower.events)).toEqual(positionsOf(events));
    await follower.follower.close();
  }
}

describe('a server under load', () => {
  it('may be killed and started again', { timeout: 120_000 }, async () => {
    await underLoad('killed', 60, async () => {
      for (let n = 0; n < 3; n += 1) {
        await server.kill();
        await server.restart();
        await appendSurely(log, `request-between.${n}`, -1, 'still here');
      }
    });
  });

  it('may stop in peace and start again', { timeout: 120_000 }, async () => {
    await underLoad('stopped', 60, () => server.restart());
  });

  it('may be silent for longer than anyone waits', { timeout: 120_000 }, async () => {
    await underLoad('paused', 60, async () => {
      await server.pause();
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await server.resume();
    });
  });
});

describe('a server that dies in the middle of an append', () => {
  it.each([
    ['before-durable', 0],
    ['after-durable', 1],
  ] as const)(
    '%s: what it had of it is all or nothing, and the next try completes it',
    { timeout: 60_000 },
    async (killAtAppend, there) => {
      const stream = `device-dies.${killAtAppend}`;
      await appended(log, stream, -1, 'first');
      await server.faults.set({ killAtAppend });
      const events = [newEvent('a'), newEvent('b'), newEvent('c')];
      await expect(log.append({ stream, expectedRevision: 0, events })).rejects.toMatchObject({ name: 'UnknownOutcomeError' });
      await server.restart();

      expect(dataOf(await readSurely(log, stream))).toEqual(there ? ['first', 'a', 'b', 'c'] : ['first']);
      const again = await log.append({ stream, expectedRevision: 0, events });
      expect(again).toMatchObject({ ok: true, revision: 1 });
      expect(dataOf(await readSurely(log, stream))).toEqual(['first', 'a', 'b', 'c']);
    },
  );
});
