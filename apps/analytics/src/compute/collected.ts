/** An input on its way into memory: columns that grow, of the parts that are needed and nothing else. */
import type { SeriesInput } from '#timeseries';
import type { Job, Stretch } from './job.js';

export class Collected {
  private rows = 0;
  private time: Float64Array;
  private readonly parts: Record<string, Float64Array>;

  constructor(private readonly input: Job['inputs'][number]) {
    this.time = new Float64Array(input.rowsExpected);
    this.parts = Object.fromEntries(input.parts.map((part) => [part, new Float64Array(input.rowsExpected)]));
  }

  add({ time, parts }: Stretch): void {
    const end = this.rows + time.length;
    if (end > this.time.length) this.grow(Math.max(end, Math.ceil(this.time.length * 1.5)));
    this.time.set(time, this.rows);
    for (const [part, column] of Object.entries(this.parts)) column.set(parts[part]!, this.rows);
    this.rows = end;
  }

  columns(): SeriesInput {
    const { deviceId, field, trained } = this.input;
    const parts = Object.fromEntries(Object.entries(this.parts).map(([part, column]) => [part, column.subarray(0, this.rows)]));
    return { deviceId, field, time: this.time.subarray(0, this.rows), parts, ...(trained && { trained }) };
  }

  private grow(rows: number): void {
    const larger = (column: Float64Array): Float64Array => {
      const grown = new Float64Array(rows);
      grown.set(column);
      return grown;
    };
    this.time = larger(this.time);
    for (const [part, column] of Object.entries(this.parts)) this.parts[part] = larger(column);
  }
}
