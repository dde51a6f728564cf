/** The data folder: made on first use, held by one process at a time, with the server's secret in it. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { SettingsError } from './settings.js';

export interface DataDir {
  /** 32 bytes, made once: what keyed answers derive their secrets from. */
  secret: Buffer;
  release(): void;
}

/** Throws `SettingsError` when another process holds the folder, or it cannot be written. */
export function holdDataDir(dir: string): DataDir {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new SettingsError(`the data folder ${dir} cannot be made: ${(error as Error).message}`);
  }
  const release = lock(dir);
  return { secret: readOrMakeSecret(join(dir, 'server-secret')), release };
}

/** An exclusive SQLite transaction is a lock that the kernel lets go of when the process dies, however it dies. */
function lock(dir: string): () => void {
  const database = new Database(join(dir, 'lock.db'), { timeout: 0 });
  try {
    database.pragma('journal_mode = DELETE');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY'))
      throw new SettingsError(`the data folder ${dir} is in use by another thingsIO; stop it, or choose another folder with --data`);
    throw error;
  }
  return () => database.close();
}

function readOrMakeSecret(path: string): Buffer {
  if (existsSync(path)) return readFileSync(path);
  const secret = randomBytes(32);
  writeFileSync(`${path}.new`, secret, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  return secret;
}
