/** Windows from readings as they come, in order of time: only one window's values are held at a time. */
import type { Aggregate, SeriesColumn } from '#ports';
import { windowIndex, type WindowRun } from '#timeseries';
import { quantile, type WindowColumn } from '../shared/window-answer.js';
import type { Rows } from './row-columns.js';

export class WindowFold {
  private readonly windows: number[] = [];
  private readonly values: (number | string | null)[][];
  private readonly held: (NumberValues | TextValues)[];
  private window = -1;
  private end_ = -Infinity;

  constructor(
    private readonly runs: WindowRun[],
    private readonly fields: string[],
    private readonly columns: WindowColumn[],
  ) {
    this.values = columns.map(() => []);
    this.held = fields.map(() => new NumberValues());
  }

  add({ rows, time, fields }: Rows): void {
    for (const [i, column] of fields.entries())
      if (Array.isArray(column) && this.held[i] instanceof NumberValues) this.held[i] = new TextValues();
    for (let row = 0; row < rows; row++) {
      if (time[row]! >= this.end_) this.begin(time[row]!);
      for (const [i, held] of this.held.entries()) held.add(fields[i]![row] as never);
    }
  }

  end(): { windows: Float64Array; values: SeriesColumn[] } {
    this.finish();
    const values = this.columns.map(({ kind }, i) =>
      kind === 'number'
        ? Float64Array.from(this.values[i]!, (value) => (value as number | null) ?? Number.NaN)
        : (this.values[i] as (string | null)[]),
    );
    return { windows: Float64Array.from(this.windows), values };
  }

  private begin(time: number): void {
    this.finish();
    this.window = windowIndex(this.runs, time);
    this.end_ = startOf(this.runs, this.window + 1);
  }

  private finish(): void {
    if (this.window < 0) return;
    this.windows.push(this.window);
    for (const [i, { field, fn }] of this.columns.entries()) this.values[i]!.push(this.held[this.fields.indexOf(field)]!.get(fn));
    for (const held of this.held) held.clear();
    this.window = -1;
  }
}

function startOf(runs: WindowRun[], window: number): number {
  let base = 0;
  for (const run of runs) {
    if (window < base + run.count) return run.start + (window - base) * run.step;
    base += run.count;
  }
  return Infinity;
}

class NumberValues {
  private values = new Float64Array(64);
  private count = 0;

  add(value: number): void {
    if (value !== value) return;
    if (this.count === this.values.length) {
      const longer = new Float64Array(2 * this.count);
      longer.set(this.values);
      this.values = longer;
    }
    this.values[this.count++] = value;
  }

  get(fn: Aggregate): number | null {
    const { values, count } = this;
    if (fn === 'count') return count;
    if (count === 0) return null;
    if (fn === 'first') return values[0]!;
    if (fn === 'last') return values[count - 1]!;
    const all = values.subarray(0, count);
    switch (fn) {
      case 'mean':
        return sumOf(all) / count;
      case 'sum':
        return sumOf(all);
      case 'min':
        return all.reduce((a, b) => Math.min(a, b));
      case 'max':
        return all.reduce((a, b) => Math.max(a, b));
      case 'stddev':
        return deviationOf(all);
      default:
        return quantileOf(all, fn === 'median' ? 0.5 : quantile(fn));
    }
  }

  clear(): void {
    this.count = 0;
  }
}

class TextValues {
  private first: string | null = null;
  private last: string | null = null;
  private count = 0;

  add(value: string | null): void {
    if (value === null) return;
    this.first ??= value;
    this.last = value;
    this.count++;
  }

  get(fn: Aggregate): number | string | null {
    return fn === 'count' ? this.count : fn === 'first' ? this.first : this.last;
  }

  clear(): void {
    this.first = this.last = null;
    this.count = 0;
  }
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

/** Of a sample; none where a square is beyond what a double holds. */
function deviationOf(values: Float64Array): number | null {
  if (values.length < 2) return null;
  const mean = sumOf(values) / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return Number.isFinite(squares) ? Math.sqrt(squares / (values.length - 1)) : null;
}

/** Linear interpolation between the two nearest: the default of NumPy. */
function quantileOf(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)]!;
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at));
}
