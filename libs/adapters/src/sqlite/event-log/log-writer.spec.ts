import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewEvent } from '#contracts';
import { encodeFrames, serialise } from './event-frame.js';
import { LogInUseError } from './log-database.js';
import { LogReader } from './log-reader.js';
import { LogWriter, type AppendJob } from './log-writer.js';
import { verifyLog } from './verify-log.js';

/** The connection of the writer that was opened last, and how many pages the file may have. */
const opened = vi.hoisted(() => ({ db: undefined as Database.Database | undefined, pagesMax: 0 }));
vi.mock(import('./log-database.js'), async (original) => {
  const actual = await original();
  return {
    ...actual,
    openWriterDatabase: (dir, durability) => {
      const database = actual.openWriterDatabase(dir, durability);
      opened.db = database.db;
      if (opened.pagesMax > 0) database.db.pragma(`max_page_count = ${opened.pagesMax}`);
      return database;
    },
  };
});

describe('LogWriter', () => {
  let dir: string;
  let sut: LogWriter;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'thingsio-writer-'));
    sut = new LogWriter(dir, 'normal');
  });
  afterEach(() => {
    sut.close();
    rmSync(dir, { recursive: true });
  });

  const job = (stream: string, expectedRevision: number, events = 1, recordedAt = 1): AppendJob => {
    const event = { type: 'DeviceRetired', eventVersion: 1, data: {}, metadata: { recordedAt } } as unknown as NewEvent;
    const append = serialise({ stream, expectedRevision, events: Array.from({ length: events }, () => event) });
    return { stream, expectedRevision, events, frames: encodeFrames([append]) };
  };

  it('sees within a transaction what was appended before in it', () => {
    expect(sut.commit([job('a-1', -1, 2), job('a-1', 1), job('a-1', 1), job('a-2', -1)])).toEqual([
      { ok: true, revision: 0, position: 1, lastPosition: 2 },
      { ok: true, revision: 2, position: 3, lastPosition: 3 },
      { ok: false, conflict: true, actualRevision: 2 },
      { ok: true, revision: 0, position: 4, lastPosition: 4 },
    ]);
    expect(sut.head).toBe(4);
  });

  it('writes the neighbours of a job that SQLite refuses', async () => {
    // A time that is not a number becomes NULL, which no column takes.
    const outcomes = sut.commit([job('a-1', -1), job('a-2', -1, 2, NaN), job('a-3', -1), job('a-1', 0)]);

    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true, true]);
    expect(outcomes[1]).toMatchObject({ error: { message: expect.stringContaining('NOT NULL') as string } });
    expect(sut.commit([job('a-2', -1)])).toMatchObject([{ ok: true, revision: 0, position: 4 }]);
    expect(await verifyLog(dir)).toMatchObject({ ok: true, events: 4 });
  });

  it('keeps every stream readable while entries move from the recent ones into the index', () => {
    const reader = new LogReader(dir);
    for (let n = 0; n < 900; n += 1) {
      sut.commit([job(`a-${n % 3}`, Math.floor(n / 3) * 2 - 1, 2)]);
      if (n % 50 === 0 || (n > 508 && n < 516))
        expect(reader.readStream('a-0', 0, 10_000).map(({ revision }) => revision)).toEqual([...Array(2 * (Math.floor(n / 3) + 1)).keys()]);
    }
    expect(reader.readStream('a-1', 597, 2).map(({ revision }) => revision)).toEqual([597, 598]);
    reader.close();
  });

  describe('when the disk is full', () => {
    const allow = (pages: number) => opened.db!.pragma(`max_page_count = ${pages}`);
    const FULL = { ok: false, full: true };
    /** Fills what the file may grow to; how many appends went in. */
    const fill = (stream: string): number => {
      for (let n = 0; ; n += 1) if (!sut.commit([job(stream, n * 100 - 1, 100)])[0]!.ok) return n;
    };
    afterEach(() => (opened.pagesMax = 0));

    it('refuses each job as such, keeps what was there, and writes again once there is room', async () => {
      allow(30);
      const before = fill('a-1');
      expect(before).toBeGreaterThan(0);
      const outcomes = sut.commit([job('a-1', before * 100 - 1, 100), job('a-2', -1, 100)]);
      expect(outcomes).toEqual([FULL, FULL]);
      expect(sut.head).toBe(before * 100);
      allow(1_000);
      expect(sut.commit([job('a-1', before * 100 - 1), job('a-2', -1)])).toMatchObject([{ ok: true }, { ok: true, revision: 0 }]);
      expect(await verifyLog(dir)).toMatchObject({ ok: true, events: before * 100 + 2 });
    });

    it('opens all the same, and knows where the streams are', () => {
      allow(30);
      const before = fill('a-1');
      sut.close();
      opened.pagesMax = 1;
      sut = new LogWriter(dir, 'normal');
      expect(sut.commit([job('a-1', before * 100 - 1, 200)])).toEqual([FULL]);
      expect(sut.commit([job('a-1', 5)])).toEqual([{ ok: false, conflict: true, actualRevision: before * 100 - 1 }]);
    });
  });

  it('opens again with the streams where they were, also those it has forgotten', () => {
    const streams = 3_000;
    sut.commit(Array.from({ length: streams }, (_, n) => job(`a-${n}`, -1, 1 + (n % 3))));
    sut.close();
    sut = new LogWriter(dir, 'normal');
    const outcomes = sut.commit(Array.from({ length: streams }, (_, n) => job(`a-${n}`, n % 3)));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
  });

  it('is the only one', () => {
    expect(() => new LogWriter(dir, 'normal')).toThrow(LogInUseError);
  });
});
