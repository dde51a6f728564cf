/** The data folder: made on first use, with the server's secret in it. That one process has it is the log's to hold. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SettingsError } from './settings.js';

export interface DataDir {
  /** 32 bytes, made once: what keyed answers derive their secrets from. */
  secret: Buffer;
}

/** Throws `SettingsError` where it cannot be made or written. */
export function prepareDataDir(dir: string): DataDir {
  try {
    makeFolder(dir);
  } catch (error) {
    throw new SettingsError(`the data folder ${dir} cannot be made: ${(error as Error).message}`);
  }
  try {
    return { secret: readOrMakeSecret(join(dir, 'server-secret')) };
  } catch (error) {
    throw new SettingsError(`the data folder ${dir} cannot be written: ${(error as Error).message}`);
  }
}

/** Not by `recursive`, which tries for ever where the file system makes none, as in /proc. */
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
}

function readOrMakeSecret(path: string): Buffer {
  if (existsSync(path)) return readFileSync(path);
  const secret = randomBytes(32);
  writeFileSync(`${path}.new`, secret, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  return secret;
}

/** 32 bytes of a secret that was given as text. */
export function secretOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
