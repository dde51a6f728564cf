/** The canonical digest (see libs/timeseries/src/digest.ts), computed over groups of devices so that sorting stays in memory. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { DeviceRef } from '#ports';
import { DeviceDigest, digestOfDevices } from '#timeseries';
import { ResultColumns } from './chunks.js';
import type { CatalogDevice, DeviceCatalog } from './device-catalog.js';
import { tablesOf } from './device-rows.js';
import { tableOf, type SizeClass } from './layout.js';

/** Sorted at once: about 200 MB with two fields. A device with more is sorted alone. */
const ROWS_AT_ONCE = 2_000_000;

export async function digestOfDevice(connection: DuckDBConnection, catalog: DeviceCatalog, device: CatalogDevice | undefined, ref: DeviceRef): Promise<string> {
  if (!device) return new DeviceDigest(ref.accountId, ref.deviceId, []).hex();
  const hexes = await digestsOf(connection, catalog, [device]);
  return hexes.get(device.id) ?? new DeviceDigest(ref.accountId, ref.deviceId, []).hex();
}

export async function digestOfAll(connection: DuckDBConnection, catalog: DeviceCatalog): Promise<string> {
  const counts = await countByDevice(connection, catalog);
  const digests: { accountId: string; deviceId: string; hex: string }[] = [];
  for (const group of groupsOf(counts)) {
    const devices = await catalog.findAll(connection, catalog.all().filter(({ id }) => group.has(id)));
    const hexes = await digestsOf(connection, catalog, devices);
    for (const { id, accountId, deviceId } of devices) if (hexes.has(id)) digests.push({ accountId, deviceId, hex: hexes.get(id)! });
  }
  return digestOfDevices(digests);
}

async function countByDevice(connection: DuckDBConnection, catalog: DeviceCatalog): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const table of catalog.tableNames()) {
    const result = new ResultColumns(await connection.run(`SELECT device, CAST(count(*) AS DOUBLE) FROM ${table} GROUP BY device`));
    const [devices, rows] = [result.ints(0), result.doubles(1)];
    devices.forEach((device, i) => counts.set(device, (counts.get(device) ?? 0) + rows[i]!));
  }
  return counts;
}

function groupsOf(counts: Map<number, number>): Set<number>[] {
  const groups: Set<number>[] = [];
  let rows = Infinity;
  for (const [device, count] of [...counts].sort((a, b) => a[0] - b[0])) {
    if (rows + count > ROWS_AT_ONCE) {
      groups.push(new Set());
      rows = 0;
    }
    groups.at(-1)!.add(device);
    rows += count;
  }
  return groups;
}

/** By device number; devices without a reading are absent. */
async function digestsOf(connection: DuckDBConnection, catalog: DeviceCatalog, devices: CatalogDevice[]): Promise<Map<number, string>> {
  const numbers = Math.max(0, ...devices.map(({ layout }) => layout.numbers));
  const texts = Math.max(0, ...devices.map(({ layout }) => layout.texts));
  const tables = new Map(devices.flatMap(({ layout }) => tablesOf(catalog, layout)).map((size) => [tableOf(size), size]));
  if (tables.size === 0) return new Map();
  const ids = devices.map(({ id }) => id).join(', ');
  const rows = [...tables.values()].map((size) => `SELECT ${columnsOf(size, numbers, texts)} FROM ${tableOf(size)} WHERE device IN (${ids})`).join(' UNION ALL ');
  const values = `${names('n', numbers, (name) => `, coalesce(${name}, CAST('NaN' AS DOUBLE))`)}${names('t', texts, (name) => `, ${name}`)}`;
  const fixed = 'device, time, recorded_at, coalesce(seq, CAST(0 AS UBIGINT)), CAST(seq IS NOT NULL AS UTINYINT)';
  const result = new ResultColumns(await connection.run(`SELECT ${fixed}${values} FROM (${rows}) ORDER BY device, time, ord`));
  return hash(result, new Map(devices.map((device) => [device.id, device])), numbers);
}

function hash(result: ResultColumns, devices: Map<number, CatalogDevice>, numbers: number): Map<number, string> {
  const owner = result.ints(0);
  const [time, recordedAt, seq, hasSeq] = [result.doubles(1), result.doubles(2), result.unsigned(3), result.bytes(4)];
  const columns = new Map<number, Float64Array | (string | null)[]>();
  const column = (kind: string, index: number): Float64Array | (string | null)[] => {
    const at = kind === 'number' ? 5 + index : 5 + numbers + index;
    if (!columns.has(at)) columns.set(at, kind === 'number' ? result.doubles(at) : result.texts(at));
    return columns.get(at)!;
  };
  const hexes = new Map<number, string>();
  for (let from = 0, to; from < owner.length; from = to) {
    to = endOf(owner, from);
    const { accountId, deviceId, layout } = devices.get(owner[from]!)!;
    const parts = mergedParts(layout.slots);
    const digest = new DeviceDigest(accountId, deviceId, parts);
    const cut = <A extends { slice(from: number, to: number): A }>(all: A): A => all.slice(from, to!);
    const values = parts.map(({ kind, indices }) => coalesced(indices.map((index) => cut(column(kind, index) as Float64Array))));
    digest.add({ time: cut(time), recordedAt: cut(recordedAt), seq: cut(seq), hasSeq: cut(hasSeq), values });
    hexes.set(owner[from]!, digest.hex());
  }
  return hexes;
}

function endOf(owner: Int32Array, from: number): number {
  let to = from + 1;
  while (to < owner.length && owner[to] === owner[from]) to++;
  return to;
}

/** A part whose meaning changed has several slots; under its name they are one column. */
function mergedParts(slots: readonly { part: string; kind: 'number' | 'text'; index: number }[]): { name: string; kind: 'number' | 'text'; indices: number[] }[] {
  const parts = new Map<string, { name: string; kind: 'number' | 'text'; indices: number[] }>();
  for (const { part, kind, index } of slots) {
    const key = `${kind} ${part}`;
    if (!parts.has(key)) parts.set(key, { name: part, kind, indices: [] });
    parts.get(key)!.indices.push(index);
  }
  return [...parts.values()];
}

function coalesced<C extends Float64Array | (string | null)[]>(columns: C[]): C {
  const [first, ...others] = columns;
  for (const other of others) {
    for (let i = 0; i < other.length; i++) if (first![i] === null || first![i] !== first![i]) first![i] = other[i]!;
  }
  return first!;
}

function columnsOf(size: SizeClass, numbers: number, texts: number): string {
  const number = names('n', numbers, (name, i) => (i < size.numbers ? `, ${name}` : `, CAST(NULL AS DOUBLE) AS ${name}`));
  const text = names('t', texts, (name, i) => (i < size.texts ? `, ${name}` : `, CAST(NULL AS VARCHAR) AS ${name}`));
  return `device, time, ord, recorded_at, seq${number}${text}`;
}

function names(prefix: string, count: number, write: (name: string, index: number) => string): string {
  return Array.from({ length: count }, (_, i) => write(`${prefix}${i}`, i)).join('');
}
