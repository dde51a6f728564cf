/** Many rows by few statements, in words that both SQLite and PostgreSQL understand. */
import { sql, type RawBuilder } from 'kysely';
import type { ViewTables, ViewTransaction } from '#ports';

/** Keeps the widest table well under SQLite's limit of 32,766 variables a statement; larger ones are not faster. */
export const ROWS_PER_STATEMENT_MAX = 400;

export interface DeviceKey {
  account_id: string;
  device_id: string;
}

type Table = keyof ViewTables;
type Column<T extends Table> = keyof ViewTables[T] & string;

/** Inserts rows, and overwrites those whose key is there, as far as `onlyWhere` holds for the row and `excluded`. */
export async function upsert<T extends Table>(
  tx: ViewTransaction,
  table: T,
  key: readonly Column<T>[],
  rows: readonly ViewTables[T][],
  onlyWhere?: RawBuilder<unknown>,
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}) as Column<T>[];
  const set = columns.filter((column) => !key.includes(column)).map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`);
  const conflict = sql`on conflict (${names(key)}) do update set ${sql.join(set)}`;
  for (const some of chunks(rows)) {
    const values = some.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
    const insert = sql`insert into ${sql.table(table)} (${names(columns)}) values ${sql.join(values)} ${conflict}`;
    await (onlyWhere === undefined ? insert : sql`${insert} where ${onlyWhere}`).execute(tx);
  }
}

/** The rows of these devices, by `deviceKey`. */
export async function selectByDevice<T extends 'ledgers' | 'devices'>(
  tx: ViewTransaction,
  table: T,
  keys: readonly DeviceKey[],
): Promise<Map<string, ViewTables[T]>> {
  const found = new Map<string, ViewTables[T]>();
  for (const some of chunks(keys)) {
    const wanted = some.map(({ account_id, device_id }) => sql`(${account_id}, ${device_id})`);
    const { rows } = await sql<ViewTables[T]>`with wanted (account_id, device_id) as (values ${sql.join(wanted)})
      select found.* from wanted join ${sql.table(table)} as found
      on found.account_id = wanted.account_id and found.device_id = wanted.device_id`.execute(tx);
    for (const row of rows) found.set(deviceKey(row), row);
  }
  return found;
}

/** An account id has no dot. */
export const deviceKey = ({ account_id, device_id }: DeviceKey): string => `${account_id}.${device_id}`;

const names = (columns: readonly string[]): RawBuilder<unknown> => sql.join(columns.map((column) => sql.ref(column)));

function* chunks<T>(rows: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT_MAX) yield rows.slice(at, at + ROWS_PER_STATEMENT_MAX);
}
