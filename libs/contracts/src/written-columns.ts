/** Readings in columns, together with the JSON that was written while they were read: nobody needs to write it again. */
import type { FieldColumn, ReadingColumns, Seq } from './readings.js';

/** Equal to the same columns as a plain object, for whoever copies, compares, or writes them. Neither it nor what it holds may be changed. */
export class WrittenColumns implements ReadingColumns {
  // Declared only, so that the constructor alone says in which order they are written.
  declare readonly schemaVersion: number;
  declare readonly time: number[];
  declare readonly seq?: (Seq | null)[];
  declare readonly fields: Record<string, FieldColumn>;
  /** Not a member: it goes with the object, and with no copy of it. */
  readonly #json: Uint8Array;

  /** `json`: the very bytes that `JSON.stringify` would give for `columns`. */
  constructor({ schemaVersion, time, seq, fields }: ReadingColumns, json: Uint8Array) {
    this.schemaVersion = schemaVersion;
    this.time = time;
    if (seq !== undefined) this.seq = seq;
    this.fields = fields;
    this.#json = json;
  }

  /** UTF-8; undefined for what is not of this class. */
  static jsonOf(data: unknown): Uint8Array | undefined {
    return typeof data === 'object' && data !== null && #json in data ? data.#json : undefined;
  }
}
