/** A schema as the bytes of a flat JSON reading are compared with it: see `device/flat-reader.ts`. */
import { COMPOUND, type Slot } from './slot.js';

/** Such a name stands in JSON as it is, whatever it is made of, and is no number, which an object would move to its front. */
const PLAIN_NAME = /^[\p{L}_][\p{L}\p{N}_ /:-]*$/u;
export const TIME_COLUMN = 0;
export const SEQ_COLUMN = 1;
const FIELD_COLUMNS = 2;

const encoder = new TextEncoder();

/** A slot, its name in JSON, and which of the reader's columns is its. */
export class FlatSlot {
  /** With both quotes, so that no other name begins with it. */
  readonly key: Uint8Array;
  /** The key by four bytes, the last of which begin earlier where they would not be four; none for a name of one letter. */
  readonly words: Int32Array;
  /** The reading that had it last, as the reader numbers them. */
  seenIn = 0;

  constructor(
    readonly slot: Slot,
    readonly column: number,
    readonly parts: readonly FlatSlot[] = [],
  ) {
    this.key = encoder.encode(`"${slot.name}"`);
    this.words = wordsOf(this.key);
  }
}

function wordsOf(key: Uint8Array): Int32Array {
  if (key.length < 4) return new Int32Array(0);
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  return Int32Array.from({ length: Math.ceil(key.length / 4) }, (_, i) => view.getInt32(Math.min(4 * i, key.length - 4)));
}

export class FlatSchema {
  /** What stood at each place of the reading before. */
  readonly plan: FlatSlot[] = [];
  /** By the bytes of their names, a character a byte. */
  readonly byName: ReadonlyMap<string, FlatSlot>;

  private constructor(
    readonly fields: readonly FlatSlot[],
    own: readonly FlatSlot[],
    readonly columns: number,
    readonly required: number,
  ) {
    this.byName = new Map([...own, ...fields].map((flat) => [String.fromCharCode(...flat.key.subarray(1, -1)), flat]));
  }

  /** `own` are the names a reading uses for itself. Undefined where a field's name is one that JSON may have to change. */
  static of(fields: readonly Slot[], own: readonly Slot[]): FlatSchema | undefined {
    const names = fields.flatMap(({ name, parts }) => [name, ...parts.map((part) => part.name)]);
    if (!names.every((name) => PLAIN_NAME.test(name))) return undefined;
    let columns = FIELD_COLUMNS;
    const flat = fields.map((slot) => {
      const parts = slot.parts.map((part) => new FlatSlot(part, columns++));
      return new FlatSlot(slot, slot.kind === COMPOUND ? -1 : columns++, parts);
    });
    const ownFlat = own.map((slot) => new FlatSlot(slot, slot.name === 'seq' ? SEQ_COLUMN : TIME_COLUMN));
    return new FlatSchema(flat, ownFlat, columns, fields.filter(({ required }) => required).length);
  }
}
