import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemorySeriesStore } from '#adapters/memory';
import { openSqliteViewStore } from '#adapters/sqlite';
import type { ViewStore } from '#ports';
import { digestDevice } from './device-digest.js';

describe('the digest of a device', () => {
  let dir: string;
  let views: ViewStore;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'thingsio-digest-'));
    views = await openSqliteViewStore({ dir });
  });
  afterEach(async () => {
    await views.close();
    await rm(dir, { recursive: true });
  });

  /** As another platform would have it: other accounts, positions and times of ours. */
  const fill = (account_id: string, { shift, readings }: { shift: number; readings: number }): Promise<void> =>
    views.write(async (tx) => {
      const device = { account_id, device_id: 'd1' };
      const fields = ['temperature', 'humidity', 'a'].map((field, n) => ({
        ...device,
        field,
        value: String(n),
        time: 5 + n,
        position: 7 + shift,
        recorded_at: shift,
      }));
      await tx
        .insertInto('latest_values')
        .values(shift > 0 ? fields : fields.reverse())
        .execute();
      const counts = { stored: 3, duplicates: 1, rejected: readings, late: 0, latest_time: 7, received_seqs: '[]' };
      await tx
        .insertInto('ledgers')
        .values({ ...device, ...counts, last_recorded_at: shift })
        .execute();
      const rows = Array.from({ length: readings }, (_, n) => ({
        ...device,
        position: shift + Math.floor(n / 10),
        index_in_request: n % 10,
        field: null,
        code: 'reading.above-max',
        message: 'too warm',
        reading: String(n),
        recorded_at: shift,
      }));
      for (let at = 0; at < rows.length; at += 500)
        await tx
          .insertInto('rejections')
          .values(rows.slice(at, at + 500))
          .execute();
    });
  const digest = (accountId: string) => digestDevice(views.db, new MemorySeriesStore(), { accountId, deviceId: 'd1' }, 9);

  it('is equal on two platforms that were sent the same', async () => {
    await fill('a1', { shift: 0, readings: 2_500 });
    await fill('b2', { shift: 1_000, readings: 2_500 });
    const [one, other] = [await digest('a1'), await digest('b2')];
    expect(one.position).toBe('9');
    expect({ ...one, series: '' }).toEqual({ ...other, series: '' });
    expect(await digest('c3')).not.toEqual(one);
  });

  it('changes where a value, a count or a verdict is another', async () => {
    await fill('a1', { shift: 0, readings: 1_001 });
    const before = await digest('a1');
    await views.write((tx) => tx.updateTable('latest_values').set({ value: '9' }).where('field', '=', 'a').execute());
    await views.write((tx) => tx.updateTable('ledgers').set({ late: 1 }).execute());
    await views.write((tx) => tx.updateTable('rejections').set({ reading: 'x' }).where('reading', '=', '1000').execute());
    const after = await digest('a1');
    for (const part of ['latest', 'ledger', 'rejections'] as const) expect(after[part], part).not.toBe(before[part]);
    expect(after.series).toBe(before.series);
  });
});
