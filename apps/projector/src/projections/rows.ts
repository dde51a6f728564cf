/** Many rows by few statements, in words that both SQLite and PostgreSQL understand. */
import { CompiledQuery, sql, type DialectAdapter, type RawBuilder } from 'kysely';
import { namesIn } from '#adapters/views';
import type { ViewTables, ViewTransaction } from '#ports';

/** Rows of one statement: few different ones, so that each is compiled and prepared once; the largest stays well under SQLite's limit of
 *  32,766 variables. */
const ROWS_PER_STATEMENT = [256, 64, 16, 4, 1];

export interface DeviceKey {
  account_id: string;
  device_id: string;
}

type Table = keyof ViewTables;
type Column<T extends Table> = keyof ViewTables[T] & string;

/** Inserts rows, and overwrites those whose key is there; with `newestBy`, only where that column is not less than what is there. */
export async function upsert<T extends Table>(
  tx: ViewTransaction,
  table: T,
  key: readonly Column<T>[],
  rows: readonly ViewTables[T][],
  newestBy?: Column<T>,
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}) as Column<T>[];
  for (const some of chunks(rows)) {
    const values = some.map((row) => columns.map((column) => row[column]));
    await run(tx, `upsert ${table}: ${columns.join()}`, values, () => upsertSql(table, { key, columns, newestBy }, values));
  }
}

function upsertSql<T extends Table>(
  table: T,
  { key, columns, newestBy }: { key: readonly Column<T>[]; columns: readonly Column<T>[]; newestBy: Column<T> | undefined },
  rows: readonly unknown[][],
): RawBuilder<unknown> {
  const set = columns.filter((column) => !key.includes(column)).map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`);
  const conflict = sql`on conflict (${names(key)}) do update set ${sql.join(set)}`;
  const insert = sql`insert into ${sql.table(table)} (${names(columns)}) values ${tuples(rows)} ${conflict}`;
  return newestBy === undefined ? insert : sql`${insert} where ${sql.ref(`excluded.${newestBy}`)} >= ${sql.ref(`${table}.${newestBy}`)}`;
}

/** The rows of these devices, by `deviceKey`. */
export async function selectByDevice<T extends 'ledgers' | 'devices'>(
  tx: ViewTransaction,
  table: T,
  keys: readonly DeviceKey[],
): Promise<Map<string, ViewTables[T]>> {
  const found = new Map<string, ViewTables[T]>();
  for (const some of chunks(keys)) {
    const wanted = some.map(({ account_id, device_id }) => [account_id, device_id]);
    const rows = await run<ViewTables[T]>(
      tx,
      `select ${table}`,
      wanted,
      () => sql`with wanted (account_id, device_id) as (values ${tuples(wanted)})
        select found.* from wanted join ${sql.table(table)} as found
        on found.account_id = wanted.account_id and found.device_id = wanted.device_id`,
    );
    for (const row of rows) found.set(deviceKey(row), row);
  }
  return found;
}

/** An account id has no dot. */
export const deviceKey = ({ account_id, device_id }: DeviceKey): string => `${account_id}.${device_id}`;

/** Statements by dialect, name, generation and count of rows: to compile one costs more than to run it. */
const compiled = new WeakMap<DialectAdapter, Map<string, string>>();

/** Runs the statement of this name, whose only variables are these rows, one after the other. */
async function run<Row>(tx: ViewTransaction, name: string, rows: readonly unknown[][], make: () => RawBuilder<unknown>): Promise<Row[]> {
  const { adapter } = tx.getExecutor();
  const known = compiled.get(adapter) ?? new Map<string, string>();
  compiled.set(adapter, known);
  const id = `${rows.length} ${namesIn(tx)} ${name}`;
  const text = known.get(id) ?? make().compile(tx).sql;
  known.set(id, text);
  const result = await tx.executeQuery<Row>(CompiledQuery.raw(text, rows.flat()));
  return result.rows;
}

const names = (columns: readonly string[]): RawBuilder<unknown> => sql.join(columns.map((column) => sql.ref(column)));
const tuples = (rows: readonly unknown[][]): RawBuilder<unknown> => sql.join(rows.map((row) => sql`(${sql.join(row)})`));

function* chunks<T>(rows: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < rows.length;) {
    const count = ROWS_PER_STATEMENT.find((one) => one <= rows.length - at)!;
    yield rows.slice(at, at + count);
    at += count;
  }
}
