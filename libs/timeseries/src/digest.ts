/**
 * One hash for what a store holds, the same in every store that holds the same readings.
 *
 * Canonical form, all numbers little-endian:
 * - A device's readings stand in (time, position, index) order; positions themselves are left out, since they differ between
 *   logs. Values are those received, under the names they were received by, before any upcast.
 * - Each column is hashed by itself (SHA-256): `time` and `recordedAt` as float64; `seq` as uint64, 0 where absent; `hasSeq` as
 *   one byte; then each part that has a value: numbers (booleans are 0 and 1) as float64, NaN where absent, -0 as 0; texts as uint32 length
 *   in bytes and UTF-8, 0xffffffff where absent.
 * - Digest of a device: SHA-256 of the JSON text `[accountId, deviceId, readings, [[column, kind, hash], …]]`, parts by name.
 * - Digest of all: SHA-256 of the digests (hex) of the devices with a reading, each followed by a line feed, ordered by account, then device.
 */
import { createHash, type Hash } from 'node:crypto';

export type DigestKind = 'number' | 'text';

/** The digest of one device, fed with rows in columns, in canonical order, in pieces of any length. */
export class DeviceDigest {
  private readings = 0;
  private readonly time = new NumberHash();
  private readonly recordedAt = new NumberHash();
  private readonly seq = createHash('sha256');
  private readonly hasSeq = createHash('sha256');
  private readonly parts: { name: string; kind: DigestKind; hash: NumberHash | TextHash }[];

  constructor(
    private readonly accountId: string,
    private readonly deviceId: string,
    parts: { name: string; kind: DigestKind }[],
  ) {
    this.parts = parts.map(({ name, kind }) => ({ name, kind, hash: kind === 'number' ? new NumberHash() : new TextHash() }));
  }

  /** `values` holds one column a part, in the order given to the constructor. */
  add(rows: {
    time: Float64Array;
    recordedAt: Float64Array;
    seq: BigUint64Array;
    hasSeq: Uint8Array;
    values: (Float64Array | (string | null)[])[];
  }): void {
    this.readings += rows.time.length;
    this.time.add(rows.time);
    this.recordedAt.add(rows.recordedAt);
    this.seq.update(bytesOf(rows.seq));
    this.hasSeq.update(rows.hasSeq);
    this.parts.forEach(({ hash }, i) => hash.add(rows.values[i] as Float64Array & (string | null)[]));
  }

  hex(): string {
    const parts = this.parts.filter(({ hash }) => hash.hasValue).sort((a, b) => compare(a.name, b.name) || compare(a.kind, b.kind));
    const columns = [
      ['time', 'number', this.time.hex()],
      ['recordedAt', 'number', this.recordedAt.hex()],
      ['seq', 'uint64', this.seq.digest('hex')],
      ['hasSeq', 'byte', this.hasSeq.digest('hex')],
      ...parts.map(({ name, kind, hash }) => [name, kind, hash.hex()]),
    ];
    return createHash('sha256')
      .update(JSON.stringify([this.accountId, this.deviceId, this.readings, columns]))
      .digest('hex');
  }
}

/** The digest of all devices from those of each. */
export function digestOfDevices(devices: { accountId: string; deviceId: string; hex: string }[]): string {
  const hash = createHash('sha256');
  for (const { hex } of devices.toSorted((a, b) => compare(a.accountId, b.accountId) || compare(a.deviceId, b.deviceId)))
    hash.update(`${hex}\n`);
  return hash.digest('hex');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

class NumberHash {
  hasValue = false;
  private readonly hash: Hash = createHash('sha256');

  add(column: Float64Array): void {
    const canonical = new Float64Array(column.length);
    for (let i = 0; i < column.length; i++) {
      const value = column[i]!;
      if (value === value) {
        this.hasValue = true;
        canonical[i] = value + 0;
      } else canonical[i] = NaN;
    }
    this.hash.update(bytesOf(canonical));
  }

  hex(): string {
    return this.hash.digest('hex');
  }
}

class TextHash {
  hasValue = false;
  private readonly hash: Hash = createHash('sha256');

  add(column: (string | null)[]): void {
    for (const text of column) {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(text === null ? 0xffffffff : Buffer.byteLength(text));
      this.hash.update(length);
      if (text === null) continue;
      this.hasValue = true;
      this.hash.update(text);
    }
  }

  hex(): string {
    return this.hash.digest('hex');
  }
}

function bytesOf(column: Float64Array | BigUint64Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
