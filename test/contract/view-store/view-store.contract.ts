/** What every view store does: the same tables, all or nothing, and what was committed stays. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ViewStore, ViewTables } from '#ports';

export interface ViewStoreUnderTest {
  open(): Promise<ViewStore>;
  openReadonly(): Promise<ViewStore>;
  remove(): Promise<void>;
}

const checkpoint = (projection: string, position: number): ViewTables['checkpoints'] => ({
  projection,
  generation: 1,
  part: 0,
  projection_version: 1,
  position,
});
const device = (device_id: string): ViewTables['devices'] => ({
  account_id: 'a1',
  device_id,
  name: 'a device',
  tags: '{}',
  schema_version: 1,
  schema: '{"fields":{}}',
  revision: 2 ** 40,
  registered_at: 1_777_000_000_000.125,
  changed_at: 1_777_000_000_000.125,
  retired_at: null,
});

export function viewStoreContract(name: string, create: () => Promise<ViewStoreUnderTest>): void {
  describe(`ViewStore: ${name}`, () => {
    let place: ViewStoreUnderTest;
    let sut: ViewStore;
    beforeEach(async () => {
      place = await create();
      sut = await place.open();
    });
    afterEach(async () => {
      await sut.close();
      await place.remove();
    });

    it('gives back the numbers it was given, as numbers', async () => {
      await sut.write((tx) => tx.insertInto('devices').values(device('d1')).execute());
      expect(await sut.db.selectFrom('devices').selectAll().execute()).toEqual([device('d1')]);
    });

    it('keeps text as it is', async () => {
      const odd = { ...device('d1'), name: 'Ångström "\\\' 🌡️\n; drop table devices' };
      await sut.write((tx) => tx.insertInto('devices').values(odd).execute());
      expect((await sut.db.selectFrom('devices').select('name').executeTakeFirstOrThrow()).name).toBe(odd.name);
    });

    it.each([
      ['NUL', 'a\0b'],
      ['half of a surrogate pair', 'a\ud800b\udc00'],
      ['a noncharacter', '\ufdd0\uffff'],
      ['what a device may send in JSON', JSON.stringify({ a: '\0\ud800', 'b\0': [null, -0, 1e300] })],
      ['very much', 'ü🌡'.repeat(2_000_000)],
      ['nothing', ''],
    ])('keeps text that holds %s, and finds it', async (_, name) => {
      const odd = { ...device('d1'), name };
      await sut.write((tx) => tx.insertInto('devices').values(odd).execute());
      const found = await sut.db.selectFrom('devices').select('name').where('name', '=', name).execute();
      expect(found.map((row) => row.name === name)).toEqual([true]);
    });

    it('keeps every number as it is', () =>
      fc.assert(
        fc.asyncProperty(
          fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
          async (number) => {
            await sut.write(async (tx) => {
              await tx.deleteFrom('devices').execute();
              await tx
                .insertInto('devices')
                .values({ ...device('d1'), changed_at: number, retired_at: number })
                .execute();
            });
            const row = await sut.db.selectFrom('devices').select(['changed_at', 'retired_at']).executeTakeFirstOrThrow();
            expect(row).toEqual({ changed_at: number, retired_at: number });
            expect(await sut.db.selectFrom('devices').select('device_id').where('changed_at', '=', number).execute()).toHaveLength(1);
          },
        ),
        { numRuns: 60, examples: [[Number.MAX_VALUE], [5e-324], [2 ** 53 - 1], [1_777_000_000_000.125]] },
      ));

    it('counts in numbers', async () => {
      await sut.write((tx) =>
        tx
          .insertInto('devices')
          .values([device('d1'), device('d2')])
          .execute(),
      );
      const count = await sut.db
        .selectFrom('devices')
        .select(({ fn }) => [fn.countAll<number>().as('all'), fn.sum<number>('schema_version').as('sum'), fn.max('revision').as('max')])
        .executeTakeFirstOrThrow();
      expect(count).toEqual({ all: 2, sum: 2, max: 2 ** 40 });
    });

    it('orders text by its bytes, as code does', async () => {
      const ids = ['B', 'a', 'b', '_', '-', '.', ':', '10', '9', 'd-1', 'd.1', 'd:1', 'dd', 'A'];
      await sut.write((tx) => tx.insertInto('devices').values(ids.map(device)).execute());
      const ordered = await sut.db.selectFrom('devices').select('device_id').orderBy('device_id').execute();
      expect(ordered.map(({ device_id }) => device_id)).toEqual([...ids].sort());
      for (const id of ids) {
        const after = await sut.db.selectFrom('devices').select('device_id').where('device_id', '>', id).execute();
        expect(after.map(({ device_id }) => device_id).sort()).toEqual([...ids].sort().filter((other) => other > id));
      }
    });

    it('takes as many values at once as the largest of our statements has', async () => {
      const ids = Array.from({ length: 3_000 }, (_, n) => `d${n}`);
      await sut.write((tx) => tx.insertInto('devices').values(ids.map(device)).execute());
      expect(await sut.db.selectFrom('devices').select('device_id').where('device_id', 'in', ids).execute()).toHaveLength(3_000);
    });

    it('writes all of a transaction or nothing', async () => {
      const write = sut.write(async (tx) => {
        await tx.insertInto('devices').values(device('d1')).execute();
        await tx.insertInto('checkpoints').values(checkpoint('devices', 7)).execute();
        throw new Error('crashed');
      });
      await expect(write).rejects.toThrow('crashed');
      expect(await sut.db.selectFrom('devices').selectAll().execute()).toEqual([]);
      expect(await sut.db.selectFrom('checkpoints').selectAll().execute()).toEqual([]);
    });

    it('writes again after a failed transaction', async () => {
      await expect(sut.write(() => Promise.reject(new Error('crashed')))).rejects.toThrow('crashed');
      await sut.write((tx) => tx.insertInto('devices').values(device('d1')).execute());
      expect(await sut.db.selectFrom('devices').select('device_id').execute()).toEqual([{ device_id: 'd1' }]);
    });

    it('gives what the work gave', async () => {
      expect(await sut.write(async () => 42)).toBe(42);
    });

    it('keeps what was committed when it is opened again', async () => {
      await sut.write((tx) => tx.insertInto('checkpoints').values(checkpoint('devices', 7)).execute());
      await sut.close();
      sut = await place.open();
      expect(await sut.db.selectFrom('checkpoints').selectAll().execute()).toEqual([checkpoint('devices', 7)]);
    });

    it('shows a reader what is committed, and nothing before', async () => {
      const reader = await place.openReadonly();
      const seen: number[] = [];
      const look = async (): Promise<unknown> => seen.push((await reader.db.selectFrom('checkpoints').selectAll().execute()).length);
      await sut.write(async (tx) => {
        await tx.insertInto('checkpoints').values(checkpoint('devices', 7)).execute();
        await look();
      });
      await look();
      await reader.close();
      expect(seen).toEqual([0, 1]);
    });

    it('refuses to write for a reader', async () => {
      const reader = await place.openReadonly();
      const write = reader.write((tx) => tx.insertInto('checkpoints').values(checkpoint('devices', 7)).execute());
      await expect(write).rejects.toThrow();
      await reader.close();
    });

    it('lets two writers take turns, also where each reads before it writes', async () => {
      const other = await place.open();
      await sut.write((tx) => tx.insertInto('checkpoints').values(checkpoint('devices', 0)).execute());
      const raise = (store: ViewStore): Promise<void> =>
        store.write(async (tx) => {
          const { position } = await tx.selectFrom('checkpoints').select('position').executeTakeFirstOrThrow();
          await tx
            .updateTable('checkpoints')
            .set({ position: position + 1 })
            .execute();
        });
      for (let n = 0; n < 20; n++) await Promise.all([raise(sut), raise(sut)]).then(() => raise(other));
      expect(await sut.db.selectFrom('checkpoints').select('position').execute()).toEqual([{ position: 60 }]);
      await other.close();
    });

    it('lets exactly one of two owners of a checkpoint move it', async () => {
      const other = await place.open();
      for (let position = 0; position < 40; position++) {
        const outcomes = await Promise.allSettled([moveCheckpoint(sut, position), moveCheckpoint(other, position)]);
        expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        const failed = outcomes.find((outcome) => outcome.status === 'rejected');
        expect(String(failed?.reason)).toContain('another was here');
      }
      // Each step added a device: none twice, none left out.
      expect(await sut.db.selectFrom('checkpoints').select('position').execute()).toEqual([{ position: 40 }]);
      expect(await sut.db.selectFrom('devices').select('device_id').execute()).toHaveLength(40);
      await other.close();
    });

    it('lets owners of different checkpoints write at the same time', async () => {
      const other = await place.open();
      await Promise.all(
        [sut, other].map(async (store, part) => {
          for (let position = 0; position < 40; position++) await moveCheckpoint(store, position, part);
        }),
      );
      expect(await sut.db.selectFrom('checkpoints').select('position').execute()).toEqual([{ position: 40 }, { position: 40 }]);
      await other.close();
    });

    it('reads as of one moment in a snapshot', async () => {
      await sut.write((tx) => tx.insertInto('checkpoints').values(checkpoint('devices', 1)).execute());
      const reader = await place.openReadonly();
      const seen = await reader.snapshot(async (tx) => {
        const look = async () => (await tx.selectFrom('checkpoints').select('position').execute()).map(({ position }) => position);
        const before = await look();
        await sut.write((writing) => writing.updateTable('checkpoints').set({ position: 2 }).execute());
        return [before, await look()];
      });
      expect(seen).toEqual([[1], [1]]);
      await reader.close();
    });

    it('is opened by ten at once when it is new', async () => {
      const fresh = await create();
      const opening = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? fresh.open() : fresh.openReadonly()));
      const stores = await Promise.all(opening);
      for (const store of stores) expect(await store.db.selectFrom('devices').selectAll().execute()).toEqual([]);
      for (const store of stores) await store.close();
      await fresh.remove();
    });
  });
}

/** As the projector does: what a step counts and the checkpoint that it leads to, in one transaction. */
function moveCheckpoint(store: ViewStore, from: number, part = 0): Promise<void> {
  return store.write(async (tx) => {
    const row = await tx.selectFrom('checkpoints').select('position').where('part', '=', part).executeTakeFirst();
    if ((row?.position ?? 0) !== from) throw new Error('another was here');
    // The other one gets its turn here, and reads the same.
    await new Promise((resolve) => setImmediate(resolve));
    await tx
      .insertInto('checkpoints')
      .values({ ...checkpoint('devices', from + 1), part })
      .onConflict((conflict) => conflict.columns(['projection', 'generation', 'part']).doUpdateSet({ position: from + 1 }))
      .execute();
    await tx
      .insertInto('devices')
      .values({ ...device(`d${part}.${from}`), schema_version: 1 })
      .onConflict((conflict) => conflict.columns(['account_id', 'device_id']).doUpdateSet({ schema_version: 2 }))
      .execute();
  });
}
