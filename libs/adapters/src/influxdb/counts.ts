/** How many readings there are, in all and of each field, and how late the latest is. */
import type { PartReader } from '../shared/series-layout.js';
import type { CatalogDevice } from './catalog.js';
import { META } from './device-layout.js';
import { identifier } from './names.js';
import { keysOf, rowCondition, type Place, type Range, type Source } from './rows.js';

export async function countReadings(place: Place, device: CatalogDevice, range: Range): Promise<number> {
  const [count] = await countKeys(place, device, range, [META.position]);
  return count!;
}

export async function latestTimeOf({ connection, database }: Place, device: CatalogDevice, asOf?: number): Promise<number | undefined> {
  const range = { from: -Infinity, to: Infinity, ...(asOf !== undefined && { asOf }) };
  const statement = `SELECT ${identifier(META.position)} FROM ${device.measurement} WHERE ${rowCondition(device, range)}`;
  const [block] = await connection.ask(database, `${statement} ORDER BY time DESC LIMIT 1`, ['number']);
  return block?.time[0];
}

export interface Presence {
  /** Readings with at least one of the fields. */
  of: number;
  /** By field. */
  counts: number[];
  /** The sources of each field that have a value in the range. */
  sources: Source[][];
}

export async function presenceOf(place: Place, device: CatalogDevice, range: Range, fields: (PartReader | undefined)[]): Promise<Presence> {
  const sources = fields.map((reader) => keysOf(device, reader));
  const keys = [...new Set(sources.flat().map(({ key }) => key))];
  const found = keys.length === 0 ? [] : await countKeys(place, device, range, keys);
  const countOf = new Map(keys.map((key, i) => [key, found[i]!]));
  const present = sources.map((all) => all.filter(({ key }) => countOf.get(key)! > 0));
  const counts = present.map((some) => some.reduce((sum, { key }) => sum + countOf.get(key)!, 0));
  const presentKeys = [...new Map(present.flat().map((source) => [source.key, source])).values()];
  const of = presentKeys.length < 2 ? Math.max(0, ...counts) : await countWithAny(place, device, range, presentKeys);
  return { of, counts, sources: present };
}

async function countKeys({ connection, database }: Place, device: CatalogDevice, range: Range, keys: string[]): Promise<number[]> {
  const counts = keys.map((key) => `count(${identifier(key)})`).join(', ');
  const statement = `SELECT ${counts} FROM ${device.measurement} WHERE ${rowCondition(device, range)}`;
  const [block] = await connection.ask(
    database,
    statement,
    keys.map(() => 'number'),
  );
  return keys.map((_, i) => (block?.columns[i] as Float64Array | undefined)?.[0] || 0);
}

/** InfluxQL cannot ask whether a field is there, but every number is on one side of 0, and every text matches. */
async function countWithAny({ connection, database }: Place, device: CatalogDevice, range: Range, sources: Source[]): Promise<number> {
  const present = sources.map(({ key, kind }) => {
    const field = identifier(key);
    return kind === 'number' ? `${field} >= 0 OR ${field} < 0` : `${field} =~ /^/`;
  });
  const statement =
    `SELECT count(${identifier(META.position)}) FROM ${device.measurement} ` +
    `WHERE ${rowCondition(device, range)} AND (${present.join(' OR ')})`;
  const [block] = await connection.ask(database, statement, ['number']);
  return (block?.columns[0] as Float64Array | undefined)?.[0] ?? 0;
}
