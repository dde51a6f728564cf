/** One place in a reading, and the column its values go to. */
import type { FieldColumn, FieldSchema, PartColumns } from '#contracts';
import { STRING_CHARS_DEFAULT } from './limits.js';

/** What a slot does with a value. Constants and no enum, because the hot loop branches on them. */
export const NUMBER = 0;
export const INTEGER = 1;
/** Booleans, strings and enums. */
export const TEXT = 2;
/** Locations and vectors. */
export const COMPOUND = 3;
export const TIME = 4;
export const SEQ = 5;
export const VALUES = 6;
export const IGNORED = 7;
export const UNKNOWN = 8;
export type Kind = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export type Column = (number | string | boolean | null)[];

/** One place for a value: a field, a part of a compound field, or one of the names a reading uses for itself.
 *  `column` belongs to the batch under way; a batch is read without interruption, so one set of columns is enough. */
export class Slot {
  column: Column | undefined = undefined;
  /** The row of the first value in `column`; before it stand nulls. */
  private since = 0;
  /** For the values of enums; undefined for other texts. */
  readonly allowed: ReadonlySet<string> | undefined;
  readonly min: number;
  readonly max: number;
  readonly charsMax: number;
  readonly parts: readonly Slot[];
  readonly required: boolean;

  constructor(
    readonly name: string,
    readonly kind: Kind,
    readonly field?: FieldSchema,
    range: { min?: number; max?: number; required?: boolean } = {},
    parts: readonly Slot[] = [],
  ) {
    // With the largest finite numbers as default limits, one comparison each also refuses NaN and the infinities.
    this.min = range.min ?? -Number.MAX_VALUE;
    this.max = range.max ?? Number.MAX_VALUE;
    this.required = range.required ?? false;
    this.allowed = field?.type === 'enum' ? new Set(field.values) : undefined;
    this.charsMax = field?.type === 'string' ? (field.maxLength ?? STRING_CHARS_DEFAULT) : 0;
    this.parts = parts;
  }

  /** Writes a value that was checked; false where the reading has given this field already. */
  put(value: number | string | boolean, row: number): boolean {
    const column = this.column ?? this.begin(row);
    if (column.length > row) return false;
    while (column.length < row) column.push(null);
    column.push(value);
    return true;
  }

  private begin(row: number): Column {
    this.since = row;
    return (this.column = []);
  }

  /** Takes back what was written for a row that is not kept. */
  dropRow(row: number): void {
    if (this.column !== undefined && this.column.length > row) {
      if (this.since === row) this.column = undefined;
      else this.column.pop();
    }
    for (const part of this.parts) part.dropRow(row);
  }

  /** Hands over the column of a finished batch, as long as the batch; undefined where no reading had the field. */
  finish(rows: number): FieldColumn | undefined {
    if (this.kind === COMPOUND) return this.finishParts(rows);
    const { column } = this;
    this.column = undefined;
    if (column === undefined) return undefined;
    while (column.length < rows) column.push(null);
    return column as FieldColumn;
  }

  private finishParts(rows: number): PartColumns | undefined {
    let columns: PartColumns | undefined;
    for (const part of this.parts) {
      const column = part.finish(rows) as (number | null)[] | undefined;
      if (column !== undefined) (columns ??= {})[part.name] = column;
    }
    return columns;
  }
}
