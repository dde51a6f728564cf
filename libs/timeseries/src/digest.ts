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
 *
 * That is the digest of a `log`. The digest of `content` holds what devices sent and nothing that differs between two platforms that were sent
 * the same: readings of one time stand by `seq` (those without one first), then as they arrived; there is no `recordedAt`; the JSON text is
 * `[deviceId, readings, [[column, kind, hash], …]]`; and the digest of all is ordered by device, then by the digests themselves.
 */
import { createHash, type Hash } from 'node:crypto';
import { SeqOrder, type DigestRows } from './seq-order.js';

export type DigestKind = 'number' | 'text';
export type DigestOf = 'log' | 'content';

/** The digest of one device, fed with rows in (time, position, index) order, in pieces of any length. */
export class DeviceDigest {
  private readings = 0;
  private readonly time = new NumberHash();
  private readonly recordedAt = new NumberHash();
  private readonly seq = createHash('sha256');
  private readonly hasSeq = createHash('sha256');
  private readonly parts: { name: string; kind: DigestKind; hash: NumberHash | TextHash }[];
  private readonly order: SeqOrder | undefined;

  constructor(
    private readonly accountId: string,
    private readonly deviceId: string,
    parts: { name: string; kind: DigestKind }[],
    private readonly of: DigestOf = 'log',
  ) {
    if (of === 'content') this.order = new SeqOrder();
    this.parts = parts.map(({ name, kind }) => ({ name, kind, hash: kind === 'number' ? new NumberHash() : new TextHash() }));
  }

  add(rows: DigestRows): void {
    this.fold(this.order ? this.order.add(rows) : rows);
  }

  /** Ends the digest. */
  hex(): string {
    if (this.order) this.fold(this.order.end());
    const parts = this.parts.filter(({ hash }) => hash.hasValue).sort((a, b) => compare(a.name, b.name) || compare(a.kind, b.kind));
    const columns = [
      ['time', 'number', this.time.hex()],
      ...(this.of === 'log' ? [['recordedAt', 'number', this.recordedAt.hex()]] : []),
      ['seq', 'uint64', this.seq.digest('hex')],
      ['hasSeq', 'byte', this.hasSeq.digest('hex')],
      ...parts.map(({ name, kind, hash }) => [name, kind, hash.hex()]),
    ];
    const device = this.of === 'log' ? [this.accountId, this.deviceId] : [this.deviceId];
    return createHash('sha256')
      .update(JSON.stringify([...device, this.readings, columns]))
      .digest('hex');
  }

  private fold(rows: DigestRows): void {
    if (rows.time.length === 0) return;
    this.readings += rows.time.length;
    this.time.add(rows.time);
    this.recordedAt.add(rows.recordedAt);
    this.seq.update(bytesOf(rows.seq));
    this.hasSeq.update(rows.hasSeq);
    this.parts.forEach(({ hash }, i) => hash.add(rows.values[i] as Float64Array & (string | null)[]));
  }
}

/** The digest of all devices from those of each. */
export function digestOfDevices(devices: { accountId: string; deviceId: string; hex: string }[], of: DigestOf = 'log'): string {
  const ordered = devices.toSorted((a, b) =>
    of === 'log'
      ? compare(a.accountId, b.accountId) || compare(a.deviceId, b.deviceId)
      : compare(a.deviceId, b.deviceId) || compare(a.hex, b.hex),
  );
  const hash = createHash('sha256');
  for (const { hex } of ordered) hash.update(`${hex}\n`);
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
