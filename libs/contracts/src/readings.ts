/** Readings in columns: the shape in which they are recorded, projected and sent live. */

export type NumberColumn = (number | null)[];
export type TextColumn = (string | null)[];
export type BooleanColumn = (boolean | null)[];
/** A location (`lat`, `lon`, `alt`) or vector (one column an axis). A part nobody sent is absent. */
export type PartColumns = Record<string, NumberColumn>;
export type FieldColumn = NumberColumn | TextColumn | BooleanColumn | PartColumns;

/** A 64-bit sequence number: a number while it is a safe integer, decimal text above. */
export type Seq = number | string;

export interface ReadingColumns {
  schemaVersion: number;
  /** Device time, ms since epoch, up to three decimals (µs). One entry a reading, in the order received. */
  time: number[];
  /** Absent where no reading of the batch carried one. */
  seq?: (Seq | null)[];
  /** One column a field that at least one reading of the batch carried; each as long as `time`. */
  fields: Record<string, FieldColumn>;
}

/** The same, where columns that are numbers throughout may be packed: half the memory, and they change threads without being copied. */
export interface PackedColumns extends Pick<ReadingColumns, 'schemaVersion'> {
  time: number[] | Float64Array;
  seq?: (Seq | null)[] | Float64Array;
  fields: Record<string, FieldColumn | Float64Array | Record<string, NumberColumn | Float64Array>>;
}

export type ReadingRejectionCode =
  | 'reading.above-max'
  | 'reading.below-min'
  | 'reading.wrong-type'
  | 'reading.missing-field'
  | 'reading.unknown-field'
  | 'reading.not-in-enum'
  | 'reading.too-long'
  | 'reading.bad-time'
  | 'reading.bad-seq';

/** What became of one refused reading: its place in the request, the field, why, and what to do. */
export interface ReadingVerdict {
  index: number;
  field?: string;
  code: ReadingRejectionCode;
  message: string;
}
