/** The canonical digest (see libs/timeseries/src/digest.ts): rows come sorted, a chunk at a time, and are hashed as they come. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { DeviceRef, DigestOptions } from '#ports';
import { DeviceDigest, digestOfDevices } from '#timeseries';
import { resultInChunks, resultOf, type ResultColumns } from './chunks.js';
import type { CatalogDevice, DeviceCatalog } from './device-catalog.js';
import { knownSql, tablesOf } from './device-rows.js';
import { tableOf, type SizeClass, type Slot } from './layout.js';

/** Sorted at once; DuckDB spills to disk what is beyond its memory. Devices with more are sorted alone. */
const ROWS_AT_ONCE = 4_000_000;

export async function digestOfDevice(
  connection: DuckDBConnection,
  catalog: DeviceCatalog,
  ref: DeviceRef,
  options: DigestOptions,
): Promise<string> {
  const device = await catalog.find(connection, ref);
  const hexes = device && (await digestsOf(connection, catalog, [device], options));
  return hexes?.get(device!.id) ?? new DeviceDigest(ref.accountId, ref.deviceId, [], options.of).hex();
}

export async function digestOfAll(connection: DuckDBConnection, catalog: DeviceCatalog, options: DigestOptions): Promise<string> {
  const counts = await countByDevice(connection, catalog);
  const digests: { accountId: string; deviceId: string; hex: string }[] = [];
  for (const group of groupsOf(counts)) {
    const devices = await catalog.findAll(
      connection,
      catalog.all().filter(({ id }) => group.has(id)),
    );
    const hexes = await digestsOf(connection, catalog, devices, options);
    for (const { id, accountId, deviceId } of devices) if (hexes.has(id)) digests.push({ accountId, deviceId, hex: hexes.get(id)! });
  }
  return digestOfDevices(digests, options.of);
}

async function countByDevice(connection: DuckDBConnection, catalog: DeviceCatalog): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const table of catalog.tableNames()) {
    const result = await resultOf(connection, `SELECT device, CAST(count(*) AS DOUBLE) FROM ${table} GROUP BY device`);
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
async function digestsOf(
  connection: DuckDBConnection,
  catalog: DeviceCatalog,
  devices: CatalogDevice[],
  { asOf, of }: DigestOptions,
): Promise<Map<number, string>> {
  const numbers = Math.max(0, ...devices.map(({ layout }) => layout.numbers));
  const texts = Math.max(0, ...devices.map(({ layout }) => layout.texts));
  const tables = new Map(devices.flatMap(({ layout }) => tablesOf(catalog, layout)).map((size) => [tableOf(size), size]));
  if (tables.size === 0) return new Map();
  const ids = devices.map(({ id }) => id).join(', ');
  const rows = [...tables.values()]
    .map((size) => `SELECT ${columnsOf(size, numbers, texts)} FROM ${tableOf(size)} WHERE device IN (${ids})${knownSql(asOf)}`)
    .join(' UNION ALL ');
  const values = `${names('n', numbers, (name) => `, coalesce(${name}, CAST('NaN' AS DOUBLE))`)}${names('t', texts, (name) => `, ${name}`)}`;
  const fixed = 'device, time, recorded_at, coalesce(seq, CAST(0 AS UBIGINT)), CAST(seq IS NOT NULL AS UTINYINT)';
  const hasher = new Hasher(new Map(devices.map((device) => [device.id, device])), numbers, of);
  const sorted = `SELECT ${fixed}${values} FROM (${rows}) ORDER BY device, time, ord`;
  for await (const chunk of resultInChunks(connection, sorted)) hasher.add(chunk);
  return hasher.finish();
}

/** Digests the devices one after the other, as their rows come. */
class Hasher {
  private readonly hexes = new Map<number, string>();
  private current: { id: number; digest: DeviceDigest; parts: Part[] } | undefined;

  constructor(
    private readonly devices: Map<number, CatalogDevice>,
    private readonly numbers: number,
    private readonly of: DigestOptions['of'],
  ) {}

  add(chunk: ResultColumns): void {
    const owner = chunk.ints(0);
    for (let from = 0, to; from < owner.length; from = to) {
      to = owner.findIndex((id, row) => row > from && id !== owner[from]);
      if (to < 0) to = owner.length;
      this.addRows(owner[from]!, chunk, from, to);
    }
  }

  finish(): Map<number, string> {
    if (this.current) this.hexes.set(this.current.id, this.current.digest.hex());
    this.current = undefined;
    return this.hexes;
  }

  private addRows(id: number, chunk: ResultColumns, from: number, to: number): void {
    if (this.current?.id !== id) {
      this.finish();
      const { accountId, deviceId, layout } = this.devices.get(id)!;
      const parts = partsOf(layout.slots);
      this.current = { id, parts, digest: new DeviceDigest(accountId, deviceId, parts, this.of) };
    }
    const values = this.current!.parts.map(({ kind, indices }) =>
      coalesced(indices.map((index) => this.column(chunk, kind, index).slice(from, to))),
    );
    const cut = <A extends { subarray(from: number, to: number): A }>(all: A): A => all.subarray(from, to);
    this.current!.digest.add({
      time: cut(chunk.doubles(1)),
      recordedAt: cut(chunk.doubles(2)),
      seq: cut(chunk.unsigned(3)),
      hasSeq: cut(chunk.bytes(4)),
      values,
    });
  }

  private column(chunk: ResultColumns, kind: Part['kind'], index: number): Float64Array | (string | null)[] {
    return kind === 'number' ? chunk.doubles(5 + index) : chunk.texts(5 + this.numbers + index);
  }
}

interface Part {
  name: string;
  kind: Slot['kind'];
  indices: number[];
}

/** A part whose meaning changed has several slots; under its name they are one column. */
function partsOf(slots: readonly Slot[]): Part[] {
  const parts = new Map<string, Part>();
  for (const { part, kind, index } of slots) {
    const known = parts.get(`${kind} ${part}`);
    if (known) known.indices.push(index);
    else parts.set(`${kind} ${part}`, { name: part, kind, indices: [index] });
  }
  return [...parts.values()];
}

function coalesced(columns: (Float64Array | (string | null)[])[]): Float64Array | (string | null)[] {
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
