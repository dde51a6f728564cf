import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '#contracts';
import { BATCH_BYTES_MAX, type EventLog, eventsOf } from './event-log.js';

describe('the events of a stream', () => {
  it('are all read where pages are short because their events are large', async () => {
    const asked: unknown[] = [];
    const fakeLog = {
      readStream: async (_: string, revision: number, __: number, bytesMax: number) => {
        asked.push(bytesMax);
        return revision < 4 ? [{ revision }] : [];
      },
    } as unknown as EventLog;

    const read: RecordedEvent[] = [];
    for await (const event of eventsOf(fakeLog, 'device-a.1', 1)) read.push(event);

    expect(read.map(({ revision }) => revision)).toEqual([1, 2, 3]);
    expect(asked).toEqual(Array(4).fill(BATCH_BYTES_MAX));
  });
});
