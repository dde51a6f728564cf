/** Rows of which a batch knows only what it changes: the rest is what is stored. */
import type { ViewTables, ViewTransaction } from '#ports';
import { upsert } from './rows.js';

type MergedTable = 'alert_rules' | 'alerts';

/** Few change at a time, so each that is not whole is read by its key. `key`: the account first. */
export async function mergeRows<T extends MergedTable>(
  tx: ViewTransaction,
  table: T,
  key: readonly [string, string],
  { blank, changes }: { blank: object; changes: readonly object[] },
): Promise<void> {
  const whole = Object.keys(blank).length + key.length;
  const rows: object[] = [];
  for (const change of changes) {
    const before = Object.keys(change).length >= whole ? undefined : await stored(tx, table, key, change as Record<string, string>);
    rows.push({ ...Object.fromEntries(key.map((name) => [name, null])), ...blank, ...before, ...change });
  }
  await upsert(tx, table, key as never, rows as ViewTables[T][]);
}

function stored(tx: ViewTransaction, table: MergedTable, key: readonly [string, string], change: Record<string, string>) {
  const [account, id] = key;
  return tx
    .selectFrom(table)
    .selectAll()
    .where(account as never, '=', change[account] as never)
    .where(id as never, '=', change[id] as never)
    .executeTakeFirst();
}
