import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDuckDbSeries } from '#adapters/duckdb';
import { temporaryFolder } from '../../support/event-log/temporary-folder.js';
import { seriesGenerationsContract } from './series-generations-contract.js';

seriesGenerationsContract(
  'DuckDB',
  async () => {
    const { dir, remove } = temporaryFolder();
    return { open: () => openDuckDbSeries({ dir }), remove: async () => remove() };
  },
  { shared: false },
);

describe('generations in files', () => {
  it('leave nothing of one that was dropped', async () => {
    const { dir, remove } = temporaryFolder();
    const sut = await openDuckDbSeries({ dir });
    await (await sut.open(2)).write({ checkpoint: 1, schemas: [], readings: [] });
    expect(existsSync(join(dir, 'series.g2.duckdb'))).toBe(true);
    await sut.drop(2);
    expect(readdirSync(dir).filter((name) => name.includes('g2'))).toEqual([]);
    await sut.close();
    remove();
  });
});
