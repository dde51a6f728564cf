/** Columns of readings, read from the very bytes that were recorded, straight into numbers: no text, and nothing to be collected. What is written
 *  otherwise than `JSON.stringify` writes it, or is no number, is left to `JSON.parse`. */

const [COMMA, OPEN, CLOSE, QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE] = [44, 91, 93, 34, 92, 123, 125];
const [MINUS, POINT, ZERO, NINE, PLUS, UPPER_E, LOWER_E] = [45, 46, 48, 57, 43, 69, 101];
const FIRST_NUMBERS = 64 * 1024;
/** Digits of a number that is read digit by digit: it is exact below 2^53, and so is a power of ten up to 10^22, hence their quotient is rounded right. */
const DIGITS_MAX = 16;
const POWERS = Array.from({ length: DIGITS_MAX + 1 }, (_, n) => 10 ** n);
/** Columns of numbers with more digits than that are read faster by `JSON.parse`. */
const LONG_MAX = 32;

/** Where a column stands among the numbers that were read. */
export interface ColumnPlace {
  holder: Record<string, unknown>;
  name: string;
  from: number;
  length: number;
}

export class ColumnBytes {
  /** Of every column that was taken since `clear`, one behind the other. */
  numbers = new Float64Array(FIRST_NUMBERS);
  length = 0;
  private bytes: Uint8Array = new Uint8Array();
  private at = 0;
  private long = 0;
  private places: ColumnPlace[] = [];

  clear(): void {
    this.length = 0;
  }

  /** One more column, of which nothing is to be read any more. */
  add(column: readonly number[]): void {
    this.reserve(this.length + column.length);
    this.numbers.set(column, this.length);
    this.length += column.length;
  }

  /** The columns but for their numbers, whose places it adds. Undefined, and nothing is taken, where they are to be read otherwise. */
  take(bytes: Buffer, places: ColumnPlace[]): Record<string, unknown> | undefined {
    const before = this.length;
    this.bytes = bytes;
    this.at = 0;
    this.long = 0;
    this.places = [];
    const columns = this.columns(bytes);
    if (columns && this.at === bytes.length) {
      places.push(...this.places);
      return columns;
    }
    this.length = before;
    return undefined;
  }

  private columns(bytes: Buffer): Record<string, unknown> | undefined {
    if (!this.text('{"schemaVersion":')) return undefined;
    const columns: Record<string, unknown> = { schemaVersion: 0, time: undefined };
    if (!this.number()) return undefined;
    columns['schemaVersion'] = this.numbers[--this.length];
    if (!this.text(',"time":') || !this.column(columns, 'time')) return undefined;
    if (this.text(',"seq":') && !this.column(columns, 'seq')) return undefined;
    const fields = (columns['fields'] = {});
    return this.text(',"fields":{') && this.members(bytes, fields, true) && this.byte(CLOSE_BRACE) ? columns : undefined;
  }

  /** Behind the brace, to behind the other. */
  private members(bytes: Buffer, holder: Record<string, unknown>, withParts: boolean): boolean {
    if (this.byte(CLOSE_BRACE)) return true;
    do {
      const name = this.name(bytes);
      if (name === undefined) return false;
      if (withParts && this.byte(OPEN_BRACE)) {
        const parts = {};
        holder[name] = parts;
        if (!this.members(bytes, parts, false)) return false;
      } else if (!this.column(holder, name)) return false;
    } while (this.byte(COMMA));
    return this.byte(CLOSE_BRACE);
  }

  /** `"name":`, without escapes. */
  private name(bytes: Buffer): string | undefined {
    if (!this.byte(QUOTE)) return undefined;
    const from = this.at;
    let { at } = this;
    while (bytes[at] !== QUOTE) if (bytes[at++] === BACKSLASH || at >= bytes.length) return undefined;
    const name = bytes.toString('utf8', from, at);
    this.at = at;
    return name !== '__proto__' && this.text('":') ? name : undefined;
  }

  private column(holder: Record<string, unknown>, name: string): boolean {
    if (!this.byte(OPEN)) return false;
    const from = this.length;
    // Its place among the members.
    holder[name] = undefined;
    if (!this.byte(CLOSE)) {
      do {
        if (!this.number()) return false;
      } while (this.byte(COMMA));
      if (!this.byte(CLOSE)) return false;
    }
    this.places.push({ holder, name, from, length: this.length - from });
    return true;
  }

  private number(): boolean {
    const { bytes } = this;
    const from = this.at;
    let at = from;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at++;
    const firstDigit = at;
    let value = 0;
    let byte = bytes[at]!;
    for (; byte >= ZERO && byte <= NINE; byte = bytes[++at]!) value = value * 10 + (byte - ZERO);
    let digits = at - firstDigit;
    if (digits === 0) return false;
    if (byte === POINT) {
      const firstDecimal = ++at;
      for (byte = bytes[at]!; byte >= ZERO && byte <= NINE; byte = bytes[++at]!) value = value * 10 + (byte - ZERO);
      digits += at - firstDecimal;
      if (digits <= DIGITS_MAX && value <= Number.MAX_SAFE_INTEGER) value /= POWERS[at - firstDecimal]!;
    }
    if (digits > DIGITS_MAX || byte === LOWER_E || byte === UPPER_E || value > Number.MAX_SAFE_INTEGER) return this.longNumber(from);
    this.at = at;
    this.push(isNegative ? -value : value);
    return true;
  }

  private longNumber(from: number): boolean {
    if (++this.long > LONG_MAX) return false;
    const { bytes } = this;
    let at = from;
    for (let byte = bytes[at]!; isOfNumber(byte); byte = bytes[++at]!);
    const value = Number(String.fromCharCode(...bytes.subarray(from, at)));
    this.at = at;
    this.push(value);
    return value === value;
  }

  private push(value: number): void {
    if (this.length === this.numbers.length) this.reserve(this.length + 1);
    this.numbers[this.length++] = value;
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

const isOfNumber = (byte: number): boolean =>
  (byte >= ZERO && byte <= NINE) || byte === MINUS || byte === POINT || byte === PLUS || byte === LOWER_E || byte === UPPER_E;
