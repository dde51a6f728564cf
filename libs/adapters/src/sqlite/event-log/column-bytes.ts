/** Columns of readings, read from the very bytes that were recorded, straight into numbers: no text, and nothing to be collected. What is written
 *  otherwise than `JSON.stringify` writes it, or is no number, is left to `JSON.parse`. */
import { NumberReader } from '#contracts';

const [COMMA, OPEN, CLOSE, QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE] = [44, 91, 93, 34, 92, 123, 125];
const FIRST_NUMBERS = 64 * 1024;
/** Events with more numbers of many digits, or with an exponent, are read faster by `JSON.parse`. */
const LONG_MAX = 32;

type Holder = Record<string, unknown>;

/** Where a column stands among the numbers that were read. */
interface Place {
  holder: Holder;
  name: string;
  from: number;
  length: number;
}

export class ColumnBytes {
  /** Of every column that was taken since `clear`, one behind the other. */
  private numbers = new Float64Array(FIRST_NUMBERS);
  private length = 0;
  private places: Place[] = [];
  private readonly number = new NumberReader();
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;
  private long = 0;

  clear(): void {
    this.length = 0;
    this.places = [];
  }

  /** A column that was parsed already. */
  add(holder: Holder, name: string, column: readonly number[]): void {
    this.reserve(this.length + column.length);
    this.numbers.set(column, this.length);
    this.places.push({ holder, name, from: this.length, length: column.length });
    this.length += column.length;
  }

  /** The columns, whose numbers come with `pack`. Undefined, and nothing is taken, where they are to be read otherwise. */
  take(bytes: Buffer): Holder | undefined {
    const { length, places } = this;
    const placesBefore = places.length;
    this.bytes = bytes;
    this.at = 0;
    this.long = 0;
    const columns = this.columns();
    if (columns && this.at === bytes.length) return columns;
    this.length = length;
    places.length = placesBefore;
    return undefined;
  }

  /** Every column that was taken since `clear` becomes a part of the buffer. */
  pack(): ArrayBuffer {
    const { buffer } = this.numbers.slice(0, this.length);
    for (const { holder, name, from, length } of this.places) {
      holder[name] = new Float64Array(buffer, from * Float64Array.BYTES_PER_ELEMENT, length);
    }
    return buffer;
  }

  private columns(): Holder | undefined {
    if (!this.text('{"schemaVersion":') || !this.takeNumber()) return undefined;
    const fields: Holder = {};
    const columns: Holder = { schemaVersion: this.numbers[--this.length] };
    if (!this.text(',"time":') || !this.column(columns, 'time')) return undefined;
    if (this.text(',"seq":') && !this.column(columns, 'seq')) return undefined;
    columns['fields'] = fields;
    return this.text(',"fields":{') && this.members(fields, true) && this.byte(CLOSE_BRACE) ? columns : undefined;
  }

  /** Behind the brace, to behind the other. */
  private members(holder: Holder, withParts: boolean): boolean {
    if (this.byte(CLOSE_BRACE)) return true;
    do {
      const name = this.name();
      if (name === undefined) return false;
      if (withParts && this.byte(OPEN_BRACE)) {
        const parts: Holder = {};
        holder[name] = parts;
        if (!this.members(parts, false)) return false;
      } else if (!this.column(holder, name)) return false;
    } while (this.byte(COMMA));
    return this.byte(CLOSE_BRACE);
  }

  /** `"name":`, without escapes. */
  private name(): string | undefined {
    if (!this.byte(QUOTE)) return undefined;
    const { bytes, at: from } = this;
    let at = from;
    while (bytes[at] !== QUOTE) if (bytes[at++] === BACKSLASH || at >= bytes.length) return undefined;
    const name = bytes.toString('utf8', from, at);
    this.at = at;
    return name !== '__proto__' && this.text('":') ? name : undefined;
  }

  private column(holder: Holder, name: string): boolean {
    if (!this.byte(OPEN)) return false;
    const from = this.length;
    // Its place among the members.
    holder[name] = undefined;
    if (!this.byte(CLOSE)) {
      do {
        if (!this.takeNumber()) return false;
      } while (this.byte(COMMA));
      if (!this.byte(CLOSE)) return false;
    }
    this.places.push({ holder, name, from, length: this.length - from });
    return true;
  }

  private takeNumber(): boolean {
    const { number } = this;
    const end = number.read(this.bytes, this.at);
    if (end === 0 || (!number.isCanonical && ++this.long > LONG_MAX)) return false;
    if (this.length === this.numbers.length) this.reserve(this.length + 1);
    this.numbers[this.length++] = number.value;
    this.at = end;
    return true;
  }

  private reserve(length: number): void {
    if (length <= this.numbers.length) return;
    const longer = new Float64Array(Math.max(length, 2 * this.numbers.length));
    longer.set(this.numbers.subarray(0, this.length));
    this.numbers = longer;
  }

  private byte(expected: number): boolean {
    if (this.bytes[this.at] !== expected) return false;
    this.at++;
    return true;
  }

  private text(expected: string): boolean {
    for (let i = 0; i < expected.length; i++) if (this.bytes[this.at + i] !== expected.charCodeAt(i)) return false;
    this.at += expected.length;
    return true;
  }
}
