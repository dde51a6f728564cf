/** Settings that are kept with what follows from them. */
import type { Kysely } from 'kysely';

export async function createKeptSettings(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('kept_settings')
    .addColumn('name', 'text', (column) => column.notNull().primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
}
