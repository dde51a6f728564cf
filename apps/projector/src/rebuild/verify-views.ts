/** Compares the tables of a projection with those built anew, both as of one moment: writes go on meanwhile. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { TableNames } from '#adapters/views';
import type { Difference, VerificationOutcome } from '#contracts';
import type { ViewStore, ViewTransaction } from '#ports';
import { compareRows, type Comparison, type Row } from './compare-rows.js';
import type { RebuildRow } from './known.js';
import type { Rebuildable } from './steps-of-a-rebuild.js';
import { isKeyed, TABLE_KEYS, type KeyedTable } from './table-keys.js';

/** Both generations go through the log together: some moment finds them at one position. */
const LOOK_EVERY_MS = 100;
/** Where the live one does not move for so long it never will. */
const STANDS_STILL_MS = 15_000;
const PAGE_ROWS = 1_000;

export async function verifyViews(
  { views, parts }: { views: ViewStore; parts: number },
  { row, of }: { row: RebuildRow; of: Rebuildable },
  stop: AbortSignal,
): Promise<VerificationOutcome> {
  const beganAt = performance.now();
  for (;;) {
    const outcome = await views.snapshot(async (tx) => {
      const positions = await positionsOf(tx, row, parts);
      return typeof positions === 'number' ? compareTables(tx, { row, of, position: positions }, stop) : positions;
    });
    stop.throwIfAborted();
    if ('equal' in outcome) return outcome;
    if (performance.now() - beganAt > STANDS_STILL_MS)
      throw new Error(`the live generation stands still at position ${outcome.live}, the log says more: correct what holds it up first`);
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop });
  }
}

/** The position of the slowest part, where both generations have the same in every part; else a part where they have not. */
async function positionsOf(tx: ViewTransaction, { projection, generation }: RebuildRow, parts: number): Promise<number | { live: number }> {
  const live = await tx
    .selectFrom('generations')
    .select('generation')
    .where('projection', '=', projection)
    .where('state', '=', 'live')
    .executeTakeFirstOrThrow();
  const rows = await tx.selectFrom('checkpoints').selectAll().where('projection', '=', projection).execute();
  const at = (of: number, part: number): number => rows.find((row) => row.generation === of && row.part === part)?.position ?? 0;
  const all = Array.from({ length: parts }, (_, part) => ({ live: at(live.generation, part), rebuilt: at(generation, part) }));
  const apart = all.find((one) => one.live !== one.rebuilt);
  return apart ?? Math.min(...all.map((one) => one.live));
}

interface At {
  row: RebuildRow;
  of: Rebuildable;
  position: number;
}

async function compareTables(tx: ViewTransaction, { row, of, position }: At, stop: AbortSignal): Promise<VerificationOutcome> {
  const rebuiltTx = tx.withPlugin(new TableNames(of.tables, row.generation));
  const found: { table: KeyedTable; comparison: Comparison }[] = [];
  for (const table of of.tables) {
    if (!isKeyed(table)) throw new Error(`nothing is known of the key of ${table}`);
    const comparison = await compareRows(pagesOf(tx, table, stop), pagesOf(rebuiltTx, table, stop), TABLE_KEYS[table]);
    found.push({ table, comparison });
  }
  const different = found.find(({ comparison }) => comparison.first);
  const sum = (side: 'live' | 'rebuilt'): number => found.reduce((all, { comparison }) => all + comparison[side].rows, 0);
  return {
    position: String(position),
    equal: !different,
    live: digestOf(found, 'live'),
    rebuilt: digestOf(found, 'rebuilt'),
    rows: { live: sum('live'), rebuilt: sum('rebuilt') },
    ...(different && { firstDifference: differenceIn(different.table, different.comparison.first!) }),
  };
}

function digestOf(found: readonly { table: string; comparison: Comparison }[], side: 'live' | 'rebuilt'): string {
  const hash = createHash('sha256');
  for (const { table, comparison } of found) hash.update(`${table} ${comparison[side].digest}\n`);
  return hash.digest('hex');
}

async function* pagesOf(tx: ViewTransaction, table: KeyedTable, stop: AbortSignal): AsyncIterable<readonly Row[]> {
  const key: readonly string[] = TABLE_KEYS[table];
  const columns = sql.join(key.map((column) => sql.ref(column)));
  let after: Row | undefined;
  for (;;) {
    stop.throwIfAborted();
    const from: Row | undefined = after;
    const where = from ? sql`where (${columns}) > (${sql.join(key.map((column) => from[column]))})` : sql``;
    const { rows } = await sql<Row>`select * from ${sql.table(table)} ${where} order by ${columns} limit ${sql.lit(PAGE_ROWS)}`.execute(tx);
    yield rows;
    after = rows.at(-1);
    if (rows.length < PAGE_ROWS) return;
    // The thread has other things to do.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function differenceIn(table: KeyedTable, { live, rebuilt }: { live: Row | null; rebuilt: Row | null }): Difference {
  const row = live ?? rebuilt!;
  const [accountId, deviceId] = [row['account_id'], row['device_id']];
  return {
    ...(typeof accountId === 'string' && { accountId }),
    ...(typeof deviceId === 'string' && { deviceId }),
    table,
    key: Object.fromEntries(TABLE_KEYS[table].map((column) => [column, row[column]!])),
    live: live && shown(live),
    rebuilt: rebuilt && shown(rebuilt),
  };
}

const SECRETS = new Set(['password_hash', 'key_hash', 'token_hash']);

/** Secrets are only told apart. */
function shown(row: Row): Row {
  const hidden = (value: Row[string]): string => `hidden:${createHash('sha256').update(String(value)).digest('hex').slice(0, 8)}`;
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, SECRETS.has(column) ? hidden(value) : value]));
}
