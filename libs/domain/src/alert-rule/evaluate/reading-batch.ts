/** The readings of one event, as rules look at them: columns of numbers, and what can be said of a column as a whole. */
import type { FieldColumn } from '#contracts';

export type NumericColumn = ArrayLike<number | null>;

export interface Summary {
  /** Readings that carry a value. */
  count: number;
  /** Place of the first of them. */
  firstIndex: number;
  firstTime: number;
  lastTime: number;
  lastValue: number;
  min: number;
  max: number;
  /** None is older than one before it. */
  ascending: boolean;
}

export interface Arrived {
  deviceId: string;
  /** Of the event. */
  position: number;
  /** When it was recorded: the clock of arrival. */
  recordedAt: number;
  /** Device time, in order of arrival. */
  time: ArrayLike<number>;
  fields: Readonly<Record<string, FieldColumn | Float64Array | Readonly<Record<string, NumericColumn>>>>;
}

/** Each column is looked at once, however many rules there are. */
export class ReadingBatch {
  private readonly columns = new Map<string, NumericColumn | undefined>();
  private readonly summaries = new Map<string, Summary | undefined>();

  constructor(private readonly arrived: Arrived) {}

  get deviceId(): string {
    return this.arrived.deviceId;
  }
  get position(): number {
    return this.arrived.position;
  }
  get recordedAt(): number {
    return this.arrived.recordedAt;
  }
  get time(): ArrayLike<number> {
    return this.arrived.time;
  }

  /** Of a field, or of a part of one (`position.lat`). Undefined where there is none, or none of numbers. */
  column(field: string): NumericColumn | undefined {
    if (this.columns.has(field)) return this.columns.get(field);
    const column = this.read(field);
    this.columns.set(field, column);
    return column;
  }

  /** Undefined where no reading carries the field. */
  summary(field: string): Summary | undefined {
    if (this.summaries.has(field)) return this.summaries.get(field);
    const column = this.column(field);
    const summary = column && summarise(this.time, column);
    this.summaries.set(field, summary);
    return summary;
  }

  private read(field: string): NumericColumn | undefined {
    const dot = field.indexOf('.');
    const { fields } = this.arrived;
    const name = dot < 0 ? field : field.slice(0, dot);
    if (!Object.hasOwn(fields, name)) return undefined;
    const whole = fields[name]!;
    if (Array.isArray(whole) || whole instanceof Float64Array) return dot < 0 ? numbers(whole) : undefined;
    const part = field.slice(dot + 1);
    return dot >= 0 && Object.hasOwn(whole, part) ? (whole as Record<string, NumericColumn>)[part] : undefined;
  }
}

/** Booleans as 0 and 1; text has no numbers. */
function numbers(column: Float64Array | readonly (number | string | boolean | null)[]): NumericColumn | undefined {
  if (column instanceof Float64Array) return column;
  const first = column.find((value) => value !== null);
  if (typeof first === 'boolean') return column.map((value) => (value === null ? null : Number(value)));
  return typeof first === 'number' ? (column as (number | null)[]) : undefined;
}

export const isValue = (value: number | null): value is number => value !== null && value === value;

function summarise(time: ArrayLike<number>, column: NumericColumn): Summary | undefined {
  let [count, firstIndex, firstTime, lastTime, lastValue, min, max, ascending] = [0, 0, 0, -Infinity, 0, Infinity, -Infinity, true];
  for (let i = 0; i < time.length; i++) {
    const value = column[i]!;
    if (!isValue(value)) continue;
    const at = time[i]!;
    if (count++ === 0) [firstIndex, firstTime] = [i, at];
    if (at < lastTime) ascending = false;
    else lastTime = at;
    if (value < min) min = value;
    if (value > max) max = value;
    lastValue = value;
  }
  return count === 0 ? undefined : { count, firstIndex, firstTime, lastTime, lastValue, min, max, ascending };
}
