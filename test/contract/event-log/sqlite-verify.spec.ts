/** `verifyLog` finds what was changed behind the log's back. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteEventLog, verifyLog, type LogVerdict } from '#adapters/sqlite';
import type { RecordedEvent } from '#contracts';
import { append, appended, everything, newEvent } from '../../support/event-log/events.js';
import { temporaryFolder } from '../../support/event-log/temporary-folder.js';

const STREAMS = 12;
const EVENTS = 160;
const MORE = 20;
const ALL = EVENTS + MORE;

describe('verifyLog', () => {
  const folder = temporaryFolder();
  const pristine = join(folder.dir, 'pristine.db');
  const file = join(folder.dir, 'log.db');
  let events: RecordedEvent[];
  let bytes: Buffer;

  beforeAll(async () => {
    const log = openSqliteEventLog({ dir: folder.dir });
    for (let n = 0; n < EVENTS; n += 1) {
      const size = n % 30 === 7 ? 20_000 : 120;
      await appended(log, `device-a.${n % STREAMS}`, Math.floor(n / STREAMS) - 1, `<event ${n}>${'x'.repeat(size)}<end ${n}>`);
    }
    for (let n = 0; n < 3; n += 1)
      await log.saveSnapshot({ stream: `device-a.${n}`, revision: 3, snapshotVersion: 1, state: `<snapshot ${n}>`.repeat(800) });
    // Replaced once: leaves free pages behind.
    await log.saveSnapshot({ stream: 'device-a.0', revision: 5, snapshotVersion: 1, state: '<snapshot small>' });
    await log.close();
    // Opened anew, the log moves its recent entries into the index: so there are both kinds.
    const again = openSqliteEventLog({ dir: folder.dir });
    for (let n = EVENTS; n < EVENTS + MORE; n += 1)
      await appended(again, `device-a.${n % STREAMS}`, Math.floor(n / STREAMS) - 1, `<event ${n}>${'x'.repeat(120)}`);
    events = await everything(again);
    await again.close();
    copyFileSync(file, pristine);
    bytes = readFileSync(pristine);
  });
  beforeEach(() => copyFileSync(pristine, file));
  afterAll(() => folder.remove());

  const flip = (offset: number, mask: number): Promise<LogVerdict> => {
    const damaged = Buffer.from(bytes);
    damaged[offset]! ^= mask;
    writeFileSync(file, damaged);
    return verifyLog(folder.dir);
  };
  const change = (sql: string): Promise<LogVerdict> => {
    const db = new Database(file);
    db.exec(sql);
    db.close();
    return verifyLog(folder.dir);
  };
  const named = (n: number): object => ({
    ok: false,
    position: events[n]!.position,
    stream: events[n]!.stream,
    revision: events[n]!.revision,
    type: events[n]!.type,
  });

  /** A split of a page leaves copies in free space, where a flip must not change what is read: exactly one copy is the event. */
  const expectNamed = async (n: number, copies: number[][]): Promise<void> => {
    let live = 0;
    for (const offsets of copies) {
      const verdicts = [];
      for (const offset of offsets) verdicts.push(await flip(offset, 0x04));
      if (verdicts.every(({ ok }) => ok)) continue;
      live += 1;
      for (const verdict of verdicts) expect(verdict).toMatchObject(named(n));
    }
    expect(live).toBe(1);
  };
  const placesOf = (text: string): number[] => {
    const places: number[] = [];
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
    return places;
  };

  it('vouches for a whole log, and tells its progress', async () => {
    const progress: number[] = [];
    const verdict = await verifyLog(folder.dir, ({ events: checked, of }) => {
      progress.push(checked);
      expect(of).toBe(ALL);
    });

    expect(verdict).toEqual({ ok: true, events: ALL, head: ALL, headHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(progress.at(-1)).toBe(ALL);
  });

  it('vouches for an empty log, and gives equal logs equal hashes', async () => {
    const hashes = new Set<string>();
    for (const stream of ['device-a.1', 'device-a.1', 'device-a.2']) {
      const other = temporaryFolder();
      const log = openSqliteEventLog({ dir: other.dir });
      expect(await verifyLog(other.dir)).toMatchObject({ ok: true, events: 0 });
      await log.append({ stream, expectedRevision: -1, events: [newEvent('x', 'e1')] });
      const verdict = await verifyLog(other.dir);
      hashes.add(verdict.ok ? verdict.headHash : verdict.problem);
      await log.close();
      other.remove();
    }
    expect(hashes.size).toBe(2);
  });

  it('names the event of which any byte of the data was flipped', async () => {
    for (let n = 0; n < ALL; n += 13) {
      await expectNamed(
        n,
        placesOf(`<event ${n}>`).map((start) => [start, start + 10, start + 60]),
      );
      if (n < EVENTS)
        await expectNamed(
          n,
          placesOf(`<end ${n}>`).map((start) => [start, start + 4]),
        );
    }
  });

  it('names the event of which a byte of the metadata or of the hash was flipped', async () => {
    for (let n = 0; n < ALL; n += 13) {
      // In the record, the metadata stands right before the data, and the hash before the metadata.
      const metadata = placesOf(`"<event ${n}>`).map((data) => bytes.lastIndexOf('{"eventId"', data));
      await expectNamed(
        n,
        metadata.map((start) => [start + 20, start + 100, start - 1, start - 32]),
      );
    }
  });

  it('finds every flipped byte, or reads the very same', { timeout: 120_000 }, async () => {
    const before = await contentOf(folder.dir);
    const random = seeded(20_260_501);
    for (let n = 0; n < 500; n += 1) {
      const [offset, mask] = [Math.floor(random() * bytes.length), 1 << Math.floor(random() * 8)];
      const verdict = await flip(offset, mask);
      if (verdict.ok) expect(await contentOf(folder.dir), `byte ${offset}, mask ${mask}`).toBe(before);
    }
  });

  it.each([
    ['a row that was deleted', 'DELETE FROM events WHERE position = 50'],
    ['data that was edited', `UPDATE events SET data = '"better"' WHERE position = 50`],
    ['metadata that was edited', `UPDATE events SET metadata = replace(metadata, 'a1', 'a2') WHERE position = 50`],
    ['a type that was edited', `UPDATE events SET type = 'ReadingsRejected' WHERE position = 50`],
    ['a time that was edited', 'UPDATE events SET recorded_at = recorded_at + 0.001 WHERE position = 50'],
    ['a shape that was edited', 'UPDATE events SET event_version = 2 WHERE position = 50'],
    ['an event given to another stream', 'UPDATE events SET stream_id = 3, revision = 900 WHERE position = 50'],
    ['an entry taken from the index', 'DELETE FROM events_by_stream WHERE position = 50; DELETE FROM recent WHERE position = 50'],
    [
      'an entry of the index that leads elsewhere',
      'UPDATE events_by_stream SET position = 51 WHERE position = 50; UPDATE recent SET revision = 900 WHERE position = 50',
    ],
    ['an event in no stream', 'UPDATE events SET stream_id = 99 WHERE position = 50'],
  ])('finds %s', async (_, sql) => {
    expect(await change(sql)).toMatchObject({ ok: false, position: 50 });
  });

  it('finds a column or a table that was taken away', async () => {
    expect(await change('DROP TABLE recent')).toMatchObject({ ok: false, problem: expect.stringContaining('tables') as string });
    copyFileSync(pristine, file);
    expect(await change('ALTER TABLE events DROP COLUMN recorded_at')).toMatchObject({ ok: false });
  });

  it('finds two rows that changed places', async () => {
    const swap =
      'UPDATE events SET position = -1 WHERE position = 50; UPDATE events SET position = 50 WHERE position = 60; UPDATE events SET position = 60 WHERE position = -1';
    expect(await change(swap)).toMatchObject({ ok: false, position: 50 });
  });

  it('finds the end cut off', async () => {
    expect(await change(`DELETE FROM events WHERE position > ${ALL - 3}`)).toMatchObject({
      ok: false,
      position: ALL - 2,
      problem: expect.stringContaining('the end is missing') as string,
    });
  });

  it('finds a stream that was renamed, and one that was invented', async () => {
    expect(await change(`UPDATE streams SET name = 'device-b.1' WHERE name = 'device-a.4'`)).toMatchObject({ ok: false, position: 5 });
    copyFileSync(pristine, file);
    expect(await change(`INSERT INTO streams (name) VALUES ('device-b.1')`)).toMatchObject({ ok: false, stream: 'device-b.1' });
  });

  it('finds a damaged snapshot, which the log then does not use', async () => {
    expect(await change(`UPDATE snapshots SET state = replace(state, '1', '2') WHERE revision = 3`)).toMatchObject({
      ok: false,
      revision: 3,
    });
    const log = openSqliteEventLog({ dir: folder.dir });
    expect(await log.loadSnapshot('device-a.1')).toBeUndefined();
    expect(await log.loadSnapshot('device-a.0')).toMatchObject({ revision: 5 });
    await log.close();
  });

  it('finds half a file, no file, and a file that is something else', async () => {
    writeFileSync(file, bytes.subarray(0, bytes.length / 2));
    expect(await verifyLog(folder.dir)).toMatchObject({ ok: false });
    writeFileSync(file, 'hello');
    expect(await verifyLog(folder.dir)).toMatchObject({ ok: false });
    expect(await verifyLog(join(folder.dir, 'nowhere'))).toMatchObject({ ok: false, position: 0, stream: '' });
  });

  it('runs beside a log that is being written', async () => {
    const log = openSqliteEventLog({ dir: folder.dir });
    const writing = Promise.all(Array.from({ length: 2_000 }, (_, n) => append(log, `device-b.${n}`, -1, n)));
    const verdicts = [await verifyLog(folder.dir), await verifyLog(folder.dir)];
    await writing;
    await log.close();
    for (const verdict of verdicts) expect(verdict).toMatchObject({ ok: true });
    expect(await verifyLog(folder.dir)).toMatchObject({ ok: true, events: ALL + 2_000 });
  });
});

/** All that the log gives to anyone, by every way of reading. */
async function contentOf(dir: string): Promise<string> {
  const log = openSqliteEventLog({ dir });
  try {
    const streams = await Promise.all(Array.from({ length: STREAMS }, (_, n) => log.readStream(`device-a.${n}`, 0, 1_000)));
    const snapshots = await Promise.all(Array.from({ length: STREAMS }, (_, n) => log.loadSnapshot(`device-a.${n}`)));
    return JSON.stringify([await log.head(), await everything(log), streams, snapshots]);
  } finally {
    await log.close();
  }
}

/** Mulberry32: the same flips in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
