import { describe, expect, it } from 'vitest';
import { createMemoryEventLog, type MemoryEventLog } from '#adapters/memory';
import type { RecordedEvent } from '#contracts';
import { newEvent } from '../testing/recorded.js';
import { mergedPages } from './back-test-source.js';

const STREAMS = ['device-a1.d0', 'device-a1.d1', 'device-a1.d2'];
const PAGE_BYTES = 4_000;

/** Events of so many readings each, of one stream after the other in turn; some alone are more than a page holds. */
async function filled(sizes: readonly number[]): Promise<MemoryEventLog> {
  const log = createMemoryEventLog();
  for (const [n, size] of sizes.entries()) {
    const stream = STREAMS[(n + (n >> 2)) % 3]!;
    const expectedRevision = (await log.readStream(stream, 0, 1_000)).length - 1;
    const [time, t] = [Array<number>(size).fill(n), Array<number>(size).fill(1)];
    await log.append({ stream, expectedRevision, events: [newEvent('ReadingsReceived', { schemaVersion: 1, time, fields: { t } }, n)] });
  }
  return log;
}

async function collected(pages: AsyncIterable<RecordedEvent[]>): Promise<RecordedEvent[][]> {
  const all: RecordedEvent[][] = [];
  for await (const page of pages) all.push(page);
  return all;
}

describe('what a back-test looks at', () => {
  const SIZES = Array.from({ length: 120 }, (_, n) => (n % 7 === 3 ? 900 : n % 5 === 0 ? 300 : 1));

  it.each([
    [1, Infinity],
    [1, PAGE_BYTES],
    [2, Infinity],
    [2, PAGE_BYTES],
    [3, PAGE_BYTES],
    [3, 1],
  ])('is every event once, by position: of %d streams, read up to %d bytes at once', async (count, pageBytes) => {
    const log = await filled(SIZES);
    const streams = STREAMS.slice(0, count);
    const all = (await log.readAll(0, 1_000)).filter(({ stream }) => streams.includes(stream));
    const read = log.readStream.bind(log);
    log.readStream = (stream, from, limit, bytesMax) => read(stream, from, limit, bytesMax && Math.min(bytesMax, pageBytes));

    const pages = await collected(mergedPages(log, streams, undefined));

    expect(pages.flat()).toEqual(all);
    expect(pages.every(({ length }) => length > 0)).toBe(true);
  });

  it('begins where something may have arrived in the range', async () => {
    const log = await filled(SIZES);
    const day = 86_400_000;
    const pages = await collected(mergedPages(log, STREAMS, day + 40));
    expect(pages.flat().map(({ position }) => position)).toEqual(Array.from({ length: 80 }, (_, n) => n + 41));
  });

  it('holds one large event at a time, however many streams have one', async () => {
    const log = await filled(Array.from({ length: 12 }, () => 300));
    const read = log.readStream.bind(log);
    log.readStream = (stream, from, limit, bytesMax) => read(stream, from, limit, bytesMax && Math.min(bytesMax, 1));
    for await (const page of mergedPages(log, STREAMS, undefined)) expect(page).toHaveLength(1);
  });
});
