/** Killed at any moment, the data and the checkpoint agree. The writer is a real process, run as it was built. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckDbSeriesStore } from '#adapters/duckdb';
import { temporaryFolder } from '../../support/event-log/temporary-folder.js';
import { readingsOf } from '../../support/series-store/crashing-writer.js';

const writer = fileURLToPath(new URL('../../../dist/test/support/series-store/crashing-writer.js', import.meta.url));

/** Lets it write so many more batches, kills it a little later, and tells the last checkpoint it spoke of. */
async function writeAndKill(dir: string, batches: number, laterMs: number): Promise<number> {
  const child = spawn(process.execPath, [writer, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  let written = 0;
  let seen = 0;
  for await (const line of createInterface(child.stdout)) {
    written = Number(line.split(' ')[1]);
    if (++seen === batches) setTimeout(() => child.kill('SIGKILL'), laterMs);
  }
  await ended;
  return written;
}

describe('DuckDB series store, killed while it writes', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    if (!existsSync(writer)) throw new Error('dist is missing: run `npx tsc -p tsconfig.build.json` first');
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('holds each batch up to its checkpoint once, and nothing above', { timeout: 120_000 }, async () => {
    for (const [batches, laterMs] of [
      [1, 0],
      [9, 1],
      [40, 2],
      [25, 7],
    ] as const) {
      const written = await writeAndKill(folder.dir, batches, laterMs);
      const store = await openDuckDbSeriesStore({ dir: folder.dir });
      const checkpoint = await store.checkpoint();
      expect(checkpoint).toBeGreaterThanOrEqual(written);
      for (let device = 0; device < 3; device++) {
        const mine = Array.from({ length: checkpoint }, (_, i) => i + 1).filter((n) => n % 3 === device);
        const range = { accountId: 'a', deviceId: `d${device}`, from: 0, to: Infinity };
        expect(await store.count(range)).toBe(mine.reduce((sum, n) => sum + readingsOf(n), 0));
      }
      await store.close();
    }
  });
});
