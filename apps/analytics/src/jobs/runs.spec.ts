import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepResult } from '#adapters/views';
import { createPlace, type Place } from '../testing/place.js';
import { CLAIM_MS, Runs } from './runs.js';

const key = { accountId: 'a1', analysisId: 'n1' };

describe('the runs of analyses', () => {
  let place: Place;
  let now = 1_000;
  let one: Runs;
  let other: Runs;
  beforeEach(async () => {
    place = await createPlace();
    now = 1_000;
    [one, other] = ['one', 'other'].map((owner) => new Runs(place.views, owner, () => now)) as [Runs, Runs];
    await place.request('n1');
  });
  afterEach(() => place.remove());

  it('are claimed by one of many that try at once', async () => {
    const claims = await Promise.all([one.claim(key), other.claim(key), one.claim(key), other.claim(key)]);
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(claims.find(Boolean)).toMatchObject({ run: 1, operation: 'difference', inputs: [{ deviceId: 'd1', field: 't' }] });
    expect(await one.waiting('ending', 9)).toEqual([]);
  });

  it('are taken over once nobody has been heard of for long enough, and counted', async () => {
    const claimed = (await one.claim(key))!;
    now += CLAIM_MS - 1;
    expect(await other.claim(key)).toBeUndefined();
    expect(await one.beat(claimed, { phase: 'reading', progress: 0.1 })).toBe('ours');
    now += CLAIM_MS - 1;
    expect(await other.claim(key)).toBeUndefined();
    now += 1;
    expect(await other.waiting('ending', 9)).toEqual([key]);
    expect(await other.claim(key)).toMatchObject({ run: 2 });
    expect(await one.beat(claimed, { phase: 'reading', progress: 0.2 })).toBe('lost');
  });

  it('are let go without being counted', async () => {
    await one.release((await one.claim(key))!);
    expect(await other.claim(key)).toMatchObject({ run: 1 });
  });

  it('are not begun of what has ended or was never asked for', async () => {
    await place.request('n2', { status: 'cancelled' });
    expect(await one.claim({ ...key, analysisId: 'n2' })).toBeUndefined();
    expect(await one.claim({ ...key, analysisId: 'n3' })).toBeUndefined();
    expect(await one.isWanted({ ...key, analysisId: 'n2' })).toBe(false);
    expect(await one.isWanted(key)).toBe(true);
  });

  it('wait in the order in which they were asked for, those that stand by themselves', async () => {
    await place.request('n2', { requested_at: -1 });
    await place.request('n3', { standing: 1 });
    expect((await one.waiting('ending', 9)).map(({ analysisId }) => analysisId)).toEqual(['n2', 'n1']);
    expect((await one.waiting('standing', 9)).map(({ analysisId }) => analysisId)).toEqual(['n3']);
  });

  it('are forgotten with their results once they are discarded', async () => {
    await one.claim(key);
    await keepResult(place.views, key, 'digest', [{ series: 0, chunk: 0, rows: 1, data: 'x' }]);
    await one.forgetDiscarded(9);
    const kept = async () => [
      (await place.views.db.selectFrom('analysis_results').selectAll().execute()).length,
      (await place.views.db.selectFrom('analysis_runs').selectAll().execute()).length,
    ];
    expect(await kept()).toEqual([1, 1]);
    await place.views.write((tx) => tx.updateTable('analyses').set({ status: 'discarded' }).execute());
    await one.forgetDiscarded(9);
    expect(await kept()).toEqual([0, 0]);
  });
});
