/** One column of a batch under way, twice: its values, and the same as JSON. */
import type { Column } from '../schema/slot.js';

const COMMA = 44;
const BYTES_MIN = 1_024;
const WORD = 4;

export class FlatColumn {
  values: Column = [];
  /** The values as JSON, a comma behind each. */
  bytes = new Uint8Array(BYTES_MIN);
  private view = new DataView(this.bytes.buffer);
  length = 0;

  begin(): void {
    this.values = [];
    this.length = 0;
  }

  /** A value that JSON writes as it was sent: bytes `start` to `end`. */
  copy(value: number | string | boolean, sent: DataView, start: number, end: number): void {
    this.room(end - start + WORD);
    const { view, length } = this;
    // A word at a time, and a little more than the value where there is more.
    if (end + WORD <= sent.byteLength) {
      for (let i = start, to = length; i < end; i += WORD, to += WORD) view.setInt32(to, sent.getInt32(i));
    } else {
      for (let i = start, to = length; i < end; i++, to++) view.setUint8(to, sent.getUint8(i));
    }
    this.length = length + end - start + 1;
    view.setUint8(this.length - 1, COMMA);
    this.values.push(value);
  }

  /** A number, or null, that JSON writes in another way than it was sent, if it was. */
  write(value: number | null): void {
    this.values.push(value);
    const text = String(value);
    this.room(text.length + 1);
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
    this.bytes[this.length++] = COMMA;
  }

  /** Nulls for the readings before this one that had no value. */
  reach(row: number): void {
    while (this.values.length < row) this.write(null);
  }

  private room(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}
