import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReaderDatabase, openWriterDatabase, type WriterDatabase } from './log-database.js';
import { WalCheckpoints } from './wal-checkpoints.js';

const MIB = 1024 * 1024;

describe('WalCheckpoints', () => {
  let dir: string;
  let writer: WriterDatabase;
  let reader: Database.Database;
  let sut: WalCheckpoints;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'thingsio-wal-'));
    writer = openWriterDatabase(dir, 'normal');
    writer.db.exec('CREATE TABLE filling (n INTEGER PRIMARY KEY, bytes BLOB)');
    reader = openReaderDatabase(dir);
    sut = new WalCheckpoints(writer.db);
  });
  afterEach(() => {
    reader.close();
    writer.close();
    rmSync(dir, { recursive: true });
  });

  const commit = (commits: number): void => {
    const insert = writer.db.prepare('INSERT INTO filling (bytes) VALUES (zeroblob(1048576))');
    for (let n = 0; n < commits; n += 1) {
      insert.run();
      sut.committed();
    }
  };
  const walMiB = (): number => statSync(join(dir, 'log.db-wal')).size / MIB;

  it('keeps the WAL at what one checkpoint is worth', () => {
    commit(100);
    expect(walMiB()).toBeLessThan(20);
    expect(statSync(join(dir, 'log.db')).size / MIB).toBeGreaterThan(80);
  });

  it('shortens it again when a reader that held it back has gone', () => {
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM filling').get();
    commit(200);
    expect(walMiB()).toBeGreaterThan(190);

    reader.exec('COMMIT');
    commit(20);
    expect(walMiB()).toBeLessThan(20);
  });
});
