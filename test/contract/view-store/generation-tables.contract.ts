/** Tables of another generation are like the live ones, apart from them, and change places with them in one moment. */
import { PostgresAdapter, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGenerationTables, dropGenerationTables, exchangeTables, TableNames } from '#adapters/views';
import type { ViewStore, ViewTransaction } from '#ports';
import { upsert } from '../../../apps/projector/src/projections/rows.js';
import type { ViewStoreUnderTest } from './view-store.contract.js';

const TABLES = ['accounts', 'api_keys', 'sessions'] as const;
const account = (n: number, email: string) => ({ account_id: `a${n}`, email, password_hash: 'x', opened_at: 1.125 });

export function generationTablesContract(name: string, create: () => Promise<ViewStoreUnderTest>): void {
  describe(`tables of generations: ${name}`, () => {
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

    const inGeneration = <T>(generation: number, work: (tx: ViewTransaction) => Promise<T>): Promise<T> =>
      sut.write((tx) => work(tx.withPlugin(new TableNames(TABLES, generation))));
    const build = (generation: number, email: string): Promise<void> =>
      sut.write(async (tx) => {
        await createGenerationTables(tx, TABLES, generation);
        await upsert(tx.withPlugin(new TableNames(TABLES, generation)), 'accounts', ['account_id'], [account(1, email)]);
      });
    const emails = async (store: ViewStore = sut): Promise<string[]> =>
      (await store.db.selectFrom('accounts').select('email').orderBy('account_id').execute()).map(({ email }) => email);

    it('have the same keys, so that what is there is overwritten', async () => {
      await sut.write((tx) => upsert(tx, 'accounts', ['account_id'], [account(1, 'live')]));
      await build(2, 'first');
      await inGeneration(2, (tx) => upsert(tx, 'accounts', ['account_id'], [account(1, 'second'), account(2, 'other')]));
      expect(await emails()).toEqual(['live']);
      expect(await inGeneration(2, (tx) => tx.selectFrom('accounts').select('email').orderBy('account_id').execute())).toEqual([
        { email: 'second' },
        { email: 'other' },
      ]);
    });

    it('take every kind of statement, and leave tables that are not theirs alone', async () => {
      await build(2, 'one');
      await inGeneration(2, async (tx) => {
        await tx.updateTable('accounts').set({ email: 'two' }).where('accounts.account_id', '=', 'a1').execute();
        await upsert(tx, 'accounts', ['account_id'], [account(1, 'older')], 'opened_at');
        await tx.insertInto('server_secrets').values({ name: 'n', secret: 's' }).execute();
        await tx.deleteFrom('accounts').where('account_id', '=', 'a9').execute();
        await sql`update ${sql.table('accounts')} set email = email || '!'`.execute(tx);
      });
      expect(await emails()).toEqual([]);
      expect(await sut.db.selectFrom('server_secrets').select('secret').execute()).toEqual([{ secret: 's' }]);
      await sut.write((tx) => exchangeTables(tx, TABLES, 1, 2));
      expect(await emails()).toEqual(['older!']);
    });

    it('have the same indexes, also as copies of copies', async () => {
      const isIndexed = async (): Promise<boolean> =>
        /using index|(index|bitmap heap) scan/i.test(JSON.stringify((await sut.write(planOf)).rows));
      expect(await isIndexed()).toBe(true);
      for (const generation of [2, 3, 4]) {
        await build(generation, 'x');
        await sut.write((tx) => exchangeTables(tx, TABLES, generation - 1, generation));
        expect(await isIndexed()).toBe(true);
      }
    });

    it('change places in one moment: a reader sees one or the other, whole', async () => {
      await sut.write((tx) => upsert(tx, 'accounts', ['account_id'], [account(1, 'g1')]));
      const reader = await place.openReadonly();
      let done = false;
      const seen: string[][] = [];
      const reading = [1, 2, 3].map(async () => {
        while (!done) {
          seen.push(await emails(reader));
          await new Promise((resolve) => setImmediate(resolve));
        }
      });
      while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
      for (const generation of [2, 3, 4, 5, 6]) {
        await build(generation, `g${generation}`);
        const before = seen.length;
        await sut.write((tx) => exchangeTables(tx, TABLES, generation - 1, generation));
        while (seen.length < before + 6) await new Promise((resolve) => setImmediate(resolve));
      }
      done = true;
      await Promise.all(reading);
      const order = seen.map((rows) => (rows.length === 1 ? Number(rows[0]!.slice(1)) : NaN));
      expect(order.filter((generation) => !(generation >= 1 && generation <= 6))).toEqual([]);
      expect(new Set(order).size).toBe(6);
      await reader.close();
    });

    it('stay where they are when the transaction fails', async () => {
      await sut.write((tx) => upsert(tx, 'accounts', ['account_id'], [account(1, 'live')]));
      await build(2, 'new');
      const failing = sut.write(async (tx) => {
        await exchangeTables(tx, TABLES, 1, 2);
        throw new Error('crashed');
      });
      await expect(failing).rejects.toThrow('crashed');
      expect(await emails()).toEqual(['live']);
      await sut.write((tx) => exchangeTables(tx, TABLES, 1, 2));
      expect(await emails()).toEqual(['new']);
    });

    it('are gone when they are dropped, and come back empty', async () => {
      await build(2, 'x');
      await sut.write((tx) => dropGenerationTables(tx, TABLES, 2));
      await sut.write((tx) => dropGenerationTables(tx, TABLES, 2));
      await build(2, 'y');
      await build(2, 'z');
      expect(await inGeneration(2, (tx) => tx.selectFrom('accounts').select('email').execute())).toEqual([{ email: 'z' }]);
    });
  });
}

/** Of a look-up by an index, with sequential scans forbidden where a small table would be scanned. */
async function planOf(tx: ViewTransaction): Promise<{ rows: unknown[] }> {
  const query = sql`select * from accounts where email = 'x'`;
  if (!(tx.getExecutor().adapter instanceof PostgresAdapter)) return sql`explain query plan ${query}`.execute(tx);
  await sql`set local enable_seqscan = off`.execute(tx);
  return sql`explain ${query}`.execute(tx);
}
