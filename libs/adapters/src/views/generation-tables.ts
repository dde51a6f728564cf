/** Tables of generations that are not live: made as copies of the live ones, exchanged with them, dropped. Inside a transaction, in SQLite
 *  and PostgreSQL alike. */
import { PostgresAdapter, sql } from 'kysely';
import type { ViewTransaction } from '#ports';
import { tableOf } from './table-names.js';

/** Empty, with every column, key and index that the live tables have now. Nothing is left of tables that had these names before. */
export async function createGenerationTables(tx: ViewTransaction, tables: readonly string[], generation: number): Promise<void> {
  await dropGenerationTables(tx, tables, generation);
  for (const table of tables) {
    if (isPostgres(tx))
      await sql`create table ${sql.table(tableOf(table, generation))} (like ${sql.table(table)} including all)`.execute(tx);
    else await copyInSqlite(tx, table, generation);
  }
}

export async function dropGenerationTables(tx: ViewTransaction, tables: readonly string[], generation: number): Promise<void> {
  for (const table of tables) await tx.schema.dropTable(tableOf(table, generation)).ifExists().execute();
}

/** The live tables become those of generation `from`, and those of `to` become live. Readers see one or the other, never neither: names are
 *  looked up in the same snapshot as rows. Whoever reads a table now is waited for; where that takes too long the transaction fails and can be
 *  tried again, so that nobody else waits behind it. */
export async function exchangeTables(tx: ViewTransaction, tables: readonly string[], from: number, to: number): Promise<void> {
  if (isPostgres(tx)) await sql.raw(`set local lock_timeout = '${LOCK_MS_MAX}ms'`).execute(tx);
  for (const table of tables) {
    await tx.schema.alterTable(table).renameTo(tableOf(table, from)).execute();
    await tx.schema.alterTable(tableOf(table, to)).renameTo(table).execute();
  }
}

/** Less than a server takes to look for deadlocks (1 s), so that it is never a reader who loses one. */
const LOCK_MS_MAX = 300;

const isPostgres = (tx: ViewTransaction): boolean => tx.getExecutor().adapter instanceof PostgresAdapter;

interface Definition {
  type: 'table' | 'index';
  name: string;
  sql: string;
}

/** SQLite keeps the text of each definition: the copy is the same text under another name. */
async function copyInSqlite(tx: ViewTransaction, table: string, generation: number): Promise<void> {
  const { rows } = await sql<Definition>`select type, name, sql from sqlite_master
    where tbl_name = ${table} and sql is not null and type in ('table', 'index') order by type desc, name`.execute(tx);
  for (const { type, name, sql: text } of rows) {
    const copy = tableOf(type === 'table' ? table : name.replace(/_g\d+$/, ''), generation);
    await sql.raw(renamed(text, { [name]: copy, [table]: tableOf(table, generation) })).execute(tx);
  }
}

/** Replaces names up to the first parenthesis, where the columns begin. */
function renamed(text: string, names: Record<string, string>): string {
  const columns = text.indexOf('(');
  const head = text.slice(0, columns).replace(/"[^"]+"|\w+/g, (word) => {
    const name = names[word.replaceAll('"', '')];
    return name === undefined ? word : `"${name}"`;
  });
  return head + text.slice(columns);
}
