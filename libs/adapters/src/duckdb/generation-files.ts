/** Which files a generation has, and the one that names the live generation. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export const FIRST_GENERATION = 1;

const LIVE = 'series.live';
const FILE = /^series(?:\.g([1-9]\d{0,8}))?\.duckdb$/;

export function fileOf(generation: number): string {
  return generation === FIRST_GENERATION ? 'series.duckdb' : `series.g${generation}.duckdb`;
}

/** Those that exist, in order. */
export function generationsIn(dir: string): number[] {
  const found = readdirSync(dir).flatMap((name) => {
    const match = FILE.exec(name);
    return match ? [Number(match[1] ?? FIRST_GENERATION)] : [];
  });
  return found.sort((a, b) => a - b);
}

/** The first, until another one was made live. */
export function readLive(dir: string): number {
  const path = join(dir, LIVE);
  if (!existsSync(path)) return FIRST_GENERATION;
  const text = readFileSync(path, 'utf8').trim();
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`${path} should hold the number of a generation, and nothing else`);
  return Number(text);
}

/** Either the old number is there or the new one, also after a crash. */
export function writeLive(dir: string, generation: number): void {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, LIVE);
  writeFileSync(`${path}.new`, `${generation}\n`, { flush: true });
  renameSync(`${path}.new`, path);
  const folder = openSync(dir, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

export function deleteGeneration(dir: string, generation: number): void {
  const file = fileOf(generation);
  for (const name of [file, `${file}.wal`, `${file}.tmp`]) rmSync(join(dir, name), { recursive: true, force: true });
}
