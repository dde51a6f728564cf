/** Compares what a client sent with the ledger the server keeps: sent = stored + duplicates + rejected, and nothing missing by mistake. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerView } from '#contracts';
import { table, type Output } from '../output.js';
import { devicePath, type ApiClient } from './api-client.js';

export interface Tally {
  sent: number;
  stored: number;
  duplicates: number;
  rejected: number;
  /** Sequence numbers between the lowest and the highest sent that were never sent. */
  missing: number;
}

export interface DeviceAccount {
  deviceId: string;
  expected: Tally;
  before: LedgerView;
}

export interface SettledAccount {
  deviceId: string;
  expected: Tally;
  /** What the ledger says was added. */
  actual: Tally;
  agrees: boolean;
}

const COLUMNS = ['sent', 'stored', 'duplicates', 'rejected', 'missing'] as const;
/** The views follow the log within moments; a ledger that stands still for this long says its last word. */
const STANDSTILL_MS = 10_000;
const POLL_MS = 100;
const ROWS_SHOWN_MAX = 20;
const LEDGERS_AT_ONCE = 8;

export function readLedger(client: ApiClient, deviceId: string): Promise<LedgerView> {
  return client.json<LedgerView>({ method: 'GET', path: devicePath(deviceId, '/ledger') });
}

/** Runs `work` over all items, a few at a time, results in order. */
export async function mapLimited<T, R>(items: readonly T[], work: (item: T) => Promise<R>, limit = LEDGERS_AT_ONCE): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

export function settle(client: ApiClient, accounts: DeviceAccount[], standstillMs = STANDSTILL_MS): Promise<SettledAccount[]> {
  return mapLimited(accounts, async (account) => compare(account, await finalLedger(client, account, standstillMs)));
}

export function compare(account: DeviceAccount, after: LedgerView): SettledAccount {
  const { before, expected } = account;
  const actual: Tally = {
    sent: after.received - before.received,
    stored: after.stored - before.stored,
    duplicates: after.duplicates - before.duplicates,
    rejected: after.rejected - before.rejected,
    missing: after.missing.count - before.missing.count,
  };
  return { deviceId: account.deviceId, expected, actual, agrees: COLUMNS.every((column) => actual[column] === expected[column]) };
}

export function sumOf(tallies: Tally[]): Tally {
  const sum: Tally = { sent: 0, stored: 0, duplicates: 0, rejected: 0, missing: 0 };
  for (const tally of tallies) for (const column of COLUMNS) sum[column] += tally[column];
  return sum;
}

/** Prints the account, devices that differ first, and what it is worth; true where all of them agree. */
export function printAccount(
  out: Output,
  settled: SettledAccount[],
  agreement = '✓ The account closes: the ledger has exactly what was sent.',
): boolean {
  const differing = settled.filter((account) => !account.agrees);
  const shown = [...differing, ...settled.filter((account) => account.agrees)].slice(0, ROWS_SHOWN_MAX);
  const rows = shown.map((account) => [
    account.deviceId,
    ...COLUMNS.map((column) => cell(account, column)),
    account.agrees ? 'agrees' : 'DIFFERS',
  ]);
  if (settled.length > shown.length) rows.push([`… ${settled.length - shown.length} more`, '', '', '', '', '', 'agree']);
  if (settled.length > 1) {
    const total = { expected: sumOf(settled.map((a) => a.expected)), actual: sumOf(settled.map((a) => a.actual)) };
    rows.push([
      `all ${settled.length}`,
      ...COLUMNS.map((column) => cell(total, column)),
      differing.length === 0 ? 'agree' : `${differing.length} DIFFER`,
    ]);
  }
  out.line(table(['device', ...COLUMNS, 'ledger'], rows));
  out.line();
  out.line(
    differing.length === 0
      ? agreement
      : `✗ The account does not close: ${differing.length} of ${settled.length} devices differ (shown as sent/ledger).`,
  );
  return differing.length === 0;
}

function cell(account: { expected: Tally; actual: Tally }, column: keyof Tally): string | number {
  const { expected, actual } = account;
  return expected[column] === actual[column] ? expected[column] : `${expected[column]}/${actual[column]}`;
}

async function finalLedger(client: ApiClient, account: DeviceAccount, standstillMs: number): Promise<LedgerView> {
  const awaited = account.before.received + account.expected.sent;
  let ledger = await readLedger(client, account.deviceId);
  for (let stoodMs = 0; ledger.received < awaited && stoodMs < standstillMs; stoodMs += POLL_MS) {
    await sleep(POLL_MS);
    const next = await readLedger(client, account.deviceId);
    if (next.received !== ledger.received) stoodMs = 0;
    ledger = next;
  }
  return ledger;
}
