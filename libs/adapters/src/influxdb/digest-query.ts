/** The canonical digest (see libs/timeseries/src/digest.ts): rows are hashed as they come. */
import type { DeviceRef, DigestOptions, SeriesColumn } from '#ports';
import { DeviceDigest, digestOfDevices } from '#timeseries';
import type { PartKind, PartReader } from '../shared/series-layout.js';
import type { Catalog, CatalogDevice } from './catalog.js';
import type { Rows } from './row-columns.js';
import { rowsOf, type Place } from './rows.js';

export async function digestOfDevice(place: Place, device: CatalogDevice, options: DigestOptions): Promise<string> {
  const { hex } = await digestDevice(place, device, options);
  return hex;
}

/** Devices hashed at once. */
const AT_ONCE = 4;

export async function digestOfAll(place: Place, catalog: Catalog, options: DigestOptions): Promise<string> {
  const devices = await catalog.all();
  const digests: (DeviceRef & { hex: string })[] = [];
  const waiting = devices.values();
  const work = async (): Promise<void> => {
    for (const device of waiting) {
      const { readings, hex } = await digestDevice(place, device, options);
      if (readings > 0) digests.push({ accountId: device.accountId, deviceId: device.deviceId, hex });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return digestOfDevices(digests, options.of);
}

async function digestDevice(place: Place, device: CatalogDevice, { asOf, of }: DigestOptions): Promise<{ readings: number; hex: string }> {
  const parts = partsOf(device);
  const digest = new DeviceDigest(device.accountId, device.deviceId, parts, of);
  let readings = 0;
  const everything = { from: -Infinity, to: Infinity, asOf, fields: parts.map(({ reader }) => reader), meta: true };
  for await (const rows of rowsOf(place, device, everything)) {
    digest.add(digestRows(rows));
    readings += rows.rows;
  }
  return { readings, hex: digest.hex() };
}

/** Values as they were received: of a part whose meaning changed, all slots, without any upcast. */
function partsOf({ layout }: CatalogDevice): { name: string; kind: PartKind; reader: PartReader }[] {
  const parts = new Map<string, { name: string; kind: PartKind; reader: PartReader }>();
  for (const { part, kind, index } of layout.slots.slots) {
    const key = `${kind} ${part}`;
    const known = parts.get(key) ?? { name: part, kind, reader: { kind, sources: [] } };
    parts.set(key, known);
    known.reader.sources.push({ index, scale: 1, offset: 0 });
  }
  return [...parts.values()];
}

function digestRows({ time, fields, meta }: Rows): Parameters<DeviceDigest['add']>[0] {
  const { recordedAt, seq } = meta!;
  return { time, recordedAt, seq: seq.seq, hasSeq: seq.has, values: fields as SeriesColumn[] };
}
