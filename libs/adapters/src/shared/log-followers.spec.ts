import { expect, it } from 'vitest';
import type { RecordedEvent } from '#contracts';
import { LogFollowers } from './log-followers.js';

it('reads what several followers want once', async () => {
  const log = Array.from({ length: 10 }, (_, n) => ({ position: n + 1 }) as RecordedEvent);
  let reads = 0;
  const sut = new LogFollowers({
    async readAll(after, limit) {
      const events = log.filter(({ position }) => position > after).slice(0, limit);
      if (events.length > 0) reads++;
      return events;
    },
    askForHeadAbove: (position) => {
      if (position < log.length) setImmediate(() => sut.advance(log.length));
    },
  });
  const seen: number[][] = [[], [], []];
  const all = seen.map((positions, n) => {
    let done = (): void => undefined;
    const finished = new Promise<void>((resolve) => (done = resolve));
    // The last begins in the middle of what the others read.
    sut.follow(n === 2 ? 5 : 0, { batchMax: 100 }, async (events) => {
      positions.push(...events.map(({ position }) => position));
      if (positions.at(-1) === log.length) done();
    });
    return finished;
  });
  await Promise.all(all);
  await sut.close();
  expect(seen).toEqual([
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    [6, 7, 8, 9, 10],
  ]);
  expect(reads).toBe(1);
});

it('reads once for each head it is told of', async () => {
  const log = [{ position: 1 } as RecordedEvent];
  const reads: number[] = [];
  const sut = new LogFollowers({
    async readAll(after) {
      reads.push(after);
      return log.filter(({ position }) => position > after);
    },
    askForHeadAbove: (position) => {
      if (position >= log.length) log.push({ position: position + 1 } as RecordedEvent);
      setImmediate(() => sut.advance(log.length));
    },
  });
  await new Promise<void>((resolve) => {
    sut.follow(0, { batchMax: 100 }, async ([event]) => void (event!.position === 5 && resolve()));
  });
  await sut.close();
  // Until the first is told, it looks whether there is more.
  expect(reads).toEqual([0, 1, 1, 2, 3, 4]);
});
