/** A disk of a few megabytes, for what happens when it is full. Only root can have one, and only on Linux. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  dir: string;
  grow(megabytes: number): void;
  remove(): void;
}

const run = (program: string, args: string[]): boolean => spawnSync(program, args).status === 0;

/** Undefined where none may be mounted. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const dir = mkdtempSync(join(tmpdir(), 'thingsio-small-disk-'));
  if (!run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}M`, 'tmpfs', dir])) {
    rmSync(dir, { recursive: true });
    return undefined;
  }
  return {
    dir,
    grow: (to) => void run('mount', ['-o', `remount,size=${to}M`, dir]),
    remove() {
      run('umount', [dir]);
      rmSync(dir, { recursive: true });
    },
  };
}
