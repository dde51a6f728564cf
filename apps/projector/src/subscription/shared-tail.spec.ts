import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryEventLog, type MemoryEventLog } from '#adapters/memory';
import type { RecordedEvent } from '#contracts';
import { append, inDevice } from '../testing/events.js';
import { openSharedTail, type SharedTail } from './shared-tail.js';

const happened = (n: number) => Array.from({ length: n }, () => inDevice('a1.d1', 'DuplicatesDiscarded', { count: 1 }));
const positions = (events: RecordedEvent[] | undefined): number[] => events!.map(({ position }) => position);
const upTo = (last: number, from = 1): number[] => Array.from({ length: last - from + 1 }, (_, n) => n + from);
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await nextTurn();
};

describe('the shared tail', () => {
  let log: MemoryEventLog;
  let sut: SharedTail;
  let reads: number;
  beforeEach(() => {
    log = createMemoryEventLog();
    reads = 0;
    const readAll = log.readAll.bind(log);
    log.readAll = (...range) => {
      reads++;
      return readAll(...range);
    };
  });
  afterEach(async () => {
    await sut.close();
    await log.close();
  });
  const open = async (): Promise<void> => void (sut = openSharedTail(log, await log.head(), () => undefined));

  it('gives every reader everything, in order, once', async () => {
    await open();
    const readers = [sut.reader(0), sut.reader(0)];
    const seen = readers.map((): number[] => []);
    const reading = readers.map(async (reader, n) => {
      while (seen[n]!.length < 40) seen[n]!.push(...positions(await reader.next()));
    });
    for (let n = 0; n < 40; n++) await append(log, happened(1));
    await Promise.all(reading);
    expect(seen).toEqual([upTo(40), upTo(40)]);
  });

  it('begins with what the log held before', async () => {
    await append(log, happened(5));
    await open();
    const reader = sut.reader(2);
    expect(positions(await reader.next())).toEqual([3, 4, 5]);
    expect(positions(await sut.reader(4).next())).toEqual([5]);
    await append(log, happened(1));
    expect(positions(await reader.next())).toEqual([6]);
  });

  it('gives what came meanwhile in one batch', async () => {
    await open();
    const reader = sut.reader(0);
    await append(log, happened(1));
    expect(positions(await reader.next())).toEqual([1]);
    for (let n = 0; n < 5; n++) {
      await append(log, happened(1));
      await turns(3);
    }
    expect(positions(await reader.next())).toEqual(upTo(6, 2));
  });

  it('waits for the slowest reader before it reads on without end', async () => {
    await open();
    const [slow, fast] = [sut.reader(0), sut.reader(0)];
    let seen = 0;
    const reading = (async () => {
      while (seen < 20) seen = (await fast.next())!.at(-1)!.position;
    })();
    for (let n = 0; n < 20; n++) {
      await append(log, happened(1));
      await turns(3);
    }
    expect(seen).toBe(3);
    expect(positions(await slow.next())).toEqual([1, 2, 3]);
    expect(positions(await slow.next())).toEqual(upTo(20, 4));
    await reading;
  });

  it('does not wait for one that is detached, and gives it what it missed when it comes back', async () => {
    await open();
    const [slow, fast] = [sut.reader(0), sut.reader(0)];
    slow.detach();
    let seen = 0;
    for (let n = 0; n < 20; n++) {
      await append(log, happened(1));
      seen = (await fast.next())!.at(-1)!.position;
    }
    expect(seen).toBe(20);
    const missed: number[] = [];
    while (missed.length < 20) missed.push(...positions(await slow.next()));
    expect(missed).toEqual(upTo(20));
  });

  it('lets the others go on when one is detached while they wait for it', async () => {
    await open();
    const [slow, fast] = [sut.reader(0), sut.reader(0)];
    let seen = 0;
    const reading = (async () => {
      while (seen < 10) seen = (await fast.next())!.at(-1)!.position;
    })();
    for (let n = 0; n < 10; n++) {
      await append(log, happened(1));
      await turns(3);
    }
    expect(seen).toBe(3);
    slow.detach();
    await reading;
  });

  it('waits no more for one that is closed', async () => {
    await open();
    const [gone, fast] = [sut.reader(0), sut.reader(0)];
    gone.close();
    for (let n = 0; n < 10; n++) {
      await append(log, happened(1));
      await fast.next();
    }
  });

  it('reads the log once for all readers that keep up', async () => {
    await open();
    const readers = Array.from({ length: 4 }, () => sut.reader(0));
    reads = 0;
    await append(log, happened(10));
    reads = 0;
    for (const reader of readers) expect((await reader.next())!.length).toBeGreaterThan(0);
    expect(reads).toBeLessThanOrEqual(2);
  });

  it('gives nothing more once it is closed, also to one who waits', async () => {
    await open();
    const waiting = sut.reader(0).next();
    await sut.close();
    expect(await waiting).toBeUndefined();
  });

  it('follows on where it was when the log could not be read', async () => {
    await append(log, happened(2));
    await open();
    const reader = sut.reader(2);
    const { readAll } = log;
    let failures = 3;
    log.readAll = (...range) => (failures-- > 0 ? Promise.reject(new Error('I/O error')) : readAll(...range));
    await append(log, happened(2));
    expect(positions(await reader.next())).toEqual([3, 4]);
    expect(failures).toBeLessThan(0);
  });
});
