/** What every view store does: the same tables, all or nothing, and what was committed stays. */
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

    it('is opened by several at once when it is new', async () => {
      const fresh = await create();
      const stores = await Promise.all([fresh.open(), fresh.openReadonly(), fresh.open(), fresh.openReadonly()]);
      for (const store of stores) expect(await store.db.selectFrom('devices').selectAll().execute()).toEqual([]);
      for (const store of stores) await store.close();
      await fresh.remove();
    });
  });
}
