/** Reads MessagePack, as far as InfluxDB writes it, from bytes that are still arriving. */

/** Thrown where the bytes so far end: what was begun is read again when there are more. */
export const INCOMPLETE = new Error('the answer ended early');

const NO_BYTES = Buffer.alloc(0);

export class MsgpackReader {
  at = 0;
  /** Of the integer read last by `wide`. */
  high = 0;
  low = 0;
  bytes: Buffer = NO_BYTES;
  private view: DataView = new DataView(NO_BYTES.buffer);

  get left(): number {
    return this.bytes.length - this.at;
  }

  push(chunk: Uint8Array): void {
    this.bytes =
      this.left === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : Buffer.concat([this.bytes.subarray(this.at), chunk]);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    this.at = 0;
  }

  map(): number {
    const tag = this.byte();
    if ((tag & 0xf0) === 0x80) return tag & 0x0f;
    return tag === 0xde ? this.uint16() : tag === 0xdf ? this.uint32() : unexpected(tag, 'a map');
  }

  array(): number {
    const tag = this.byte();
    if ((tag & 0xf0) === 0x90) return tag & 0x0f;
    return tag === 0xdc ? this.uint16() : tag === 0xdd ? this.uint32() : unexpected(tag, 'an array');
  }

  text(): string {
    const length = this.textLength(this.byte());
    this.need(length);
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }

  textOrNull(): string | null {
    return this.isNil() ? null : this.text();
  }

  /** A float, an integer or a boolean; NaN for nil. */
  number(): number {
    this.need(1);
    const tag = this.bytes[this.at]!;
    if (tag === 0xcb) {
      this.need(9);
      this.at += 9;
      return this.view.getFloat64(this.at - 8);
    }
    if (tag === 0xc0 || tag === 0xc2 || tag === 0xc3) {
      this.at++;
      return tag === 0xc0 ? Number.NaN : tag - 0xc2;
    }
    this.wide();
    return this.high * 4_294_967_296 + this.low;
  }

  /** An integer, as two halves: `high` with its sign. */
  wide(): void {
    const tag = this.byte();
    if (tag < 0x80) return this.set(0, tag);
    if (tag >= 0xe0) return this.set(-1, tag - 0x100 + 4_294_967_296);
    switch (tag) {
      case 0xcc:
        return this.set(0, this.byte());
      case 0xcd:
        return this.set(0, this.uint16());
      case 0xce:
        return this.set(0, this.uint32());
      case 0xcf:
        return this.set(this.uint32(), this.uint32());
      case 0xd0:
        return this.setSigned((this.byte() << 24) >> 24);
      case 0xd1:
        return this.setSigned((this.uint16() << 16) >> 16);
      case 0xd2:
        return this.setSigned(this.uint32() | 0);
      case 0xd3:
        return this.set(this.uint32() | 0, this.uint32());
      default:
        unexpected(tag, 'an integer');
    }
  }

  /** Seconds and nanoseconds, into `high` and `low`. */
  time(): void {
    this.need(15);
    if (this.bytes[this.at] !== 0xc7 || this.bytes[this.at + 2] !== 5) unexpected(this.bytes[this.at]!, 'a time');
    this.high = this.view.getInt32(this.at + 3) * 4_294_967_296 + this.view.getUint32(this.at + 7);
    this.low = this.view.getUint32(this.at + 11);
    this.at += 15;
  }

  isNil(): boolean {
    this.need(1);
    if (this.bytes[this.at] !== 0xc0) return false;
    this.at++;
    return true;
  }

  /** Whatever comes next. */
  skip(): void {
    this.need(1);
    const tag = this.bytes[this.at]!;
    if (tag >= 0xa0 && tag < 0xc0) this.text();
    else if (tag >= 0xd9 && tag <= 0xdb) this.text();
    else if (tag === 0xc7) this.time();
    else if ((tag & 0xf0) === 0x80 || tag === 0xde || tag === 0xdf) for (let n = 2 * this.map(); n > 0; n--) this.skip();
    else if ((tag & 0xf0) === 0x90 || tag === 0xdc || tag === 0xdd) for (let n = this.array(); n > 0; n--) this.skip();
    else this.number();
  }

  private textLength(tag: number): number {
    if ((tag & 0xe0) === 0xa0) return tag & 0x1f;
    if (tag === 0xd9) return this.byte();
    return tag === 0xda ? this.uint16() : tag === 0xdb ? this.uint32() : unexpected(tag, 'a text');
  }

  private set(high: number, low: number): void {
    this.high = high;
    this.low = low;
  }

  private setSigned(value: number): void {
    this.set(value < 0 ? -1 : 0, value >>> 0);
  }

  private byte(): number {
    this.need(1);
    return this.bytes[this.at++]!;
  }

  private uint16(): number {
    this.need(2);
    this.at += 2;
    return this.view.getUint16(this.at - 2);
  }

  private uint32(): number {
    this.need(4);
    this.at += 4;
    return this.view.getUint32(this.at - 4);
  }

  private need(count: number): void {
    if (this.at + count > this.bytes.length) throw INCOMPLETE;
  }
}

function unexpected(tag: number, wanted: string): never {
  throw new Error(`InfluxDB answered 0x${tag.toString(16)} where ${wanted} was expected`);
}
