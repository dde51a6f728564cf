import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPERATIONS, readParameters, type OnlineReducer, type Operation } from '#timeseries';
import type { ResultChunk } from '#adapters/views';
import { StandingRun, type FrozenRun } from './standing-run.js';

const ONLINE = OPERATIONS.filter(({ online }) => online);
/** What cannot be found live. */
const GIVEN = { alpha: 0.3, beta: 0.1, gamma: 0.2, season: 24 };
const at = (operation: Operation) => ({
  reducer: operation.online as OnlineReducer,
  values: readParameters(
    operation.parameters,
    Object.fromEntries(Object.entries(GIVEN).filter(([name]) => operation.parameters.some((one) => one.name === name))),
  ),
  columns: operation.columns.map(({ name }) => name),
  deviceId: 'd1',
  field: 'value',
});
const key = (time: Float64Array) => (row: number) => ({ time: time[row]!, position: row + 1, index: 0 });

/** What a reader of the kept chunks sees. */
class Shelf {
  private chunks: ResultChunk[] = [];

  keep(run: StandingRun, from = Infinity): void {
    this.chunks.length = Math.min(this.chunks.length, from);
    for (const { chunk, rows } of run.takeChunks()) this.chunks[chunk] = rows;
  }

  rows(columns: readonly string[]): number[][] {
    const of = (pick: (chunk: ResultChunk) => Iterable<number>): number[] => this.chunks.flatMap((chunk) => [...pick(chunk)]);
    return [of(({ time }) => time), ...columns.map((name) => of((chunk) => chunk.columns[name] as Float64Array))];
  }

  open(chunk: number): ResultChunk | undefined {
    return this.chunks[chunk];
  }
}

const series = (values: readonly number[]) => ({
  time: Float64Array.from(values, (_, i) => i * 1000),
  value: Float64Array.from(values),
});
const wave = (count: number) => Array.from({ length: count }, (_, i) => Math.sin(i / 7) + (i % 13) / 5);

describe.each(ONLINE)('$name as a standing analysis', (operation) => {
  const standing = at(operation);
  const { time, value } = series(wave(10_000));
  const whole = operation.run([{ deviceId: 'd1', field: 'value', time, parts: { value } }], standing.values).series[0]!;
  const expected = [[...whole.time], ...standing.columns.map((name) => [...(whole.columns[name] as Float64Array)])];

  it('gives what one run over all gives, however it is cut, written down and read back', () => {
    let sut = new StandingRun(standing);
    const shelf = new Shelf();
    for (let from = 0, n = 0; from < time.length; n++) {
      const to = Math.min(time.length, from + [1, 700, 3, 5_000, 64][n % 5]!);
      const part = time.subarray(from, to);
      sut.add(part, value.subarray(from, to), key(part));
      shelf.keep(sut);
      const frozen = JSON.parse(JSON.stringify(sut.freeze())) as FrozenRun;
      sut = StandingRun.thaw(standing, frozen, shelf.open(frozen.chunk));
      from = to;
    }
    expect(sut.rows).toBe(time.length);
    expect(shelf.rows(standing.columns)).toEqual(expected);
  });

  it('gives the same after it went back for a late reading', () => {
    for (const late of [9_999, 9_000, 4_500, 17, 0]) {
      const sut = new StandingRun(standing);
      const shelf = new Shelf();
      const without = (column: Float64Array): Float64Array => column.filter((_, i) => i !== late);
      sut.add(without(time), without(value), key(without(time)));
      shelf.keep(sut);
      const from = sut.rewind(time[late]!)!;
      const begin = sut.last === null ? 0 : time.findIndex((one) => one > sut.last!.time);
      sut.add(time.subarray(begin), value.subarray(begin), key(time.subarray(begin)));
      shelf.keep(sut, from);
      expect(shelf.rows(standing.columns)).toEqual(expected);
    }
  });
});

describe('the places to go back to', () => {
  const operation = ONLINE.find(({ name }) => name === 'difference')!;

  it('are few, and lie closer together the newer they are', () => {
    const sut = new StandingRun(at(operation));
    const { time, value } = series(new Array<number>(4_096 * 200).fill(1));
    sut.add(time, value, key(time));
    const { seals } = sut.freeze();
    expect(seals.length).toBeLessThan(30);
    expect(seals[0]!.chunk).toBe(0);
    expect(seals.at(-1)!.chunk).toBe(199);
    for (const [i, { chunk }] of seals.entries()) {
      if (i + 1 < seals.length) expect(seals[i + 1]!.chunk - chunk).toBeLessThanOrEqual(Math.max(1, 199 - chunk));
    }
  });

  it('are never between readings of one time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 2, maxLength: 4 }), (runs) => {
        const sut = new StandingRun(at(operation));
        const time = Float64Array.from(runs.flatMap((count, n) => new Array<number>(count).fill(n)));
        sut.add(time, time, key(time));
        const chunks = sut.takeChunks().map(({ rows }) => new Set(rows.time));
        for (const [i, times] of chunks.entries())
          for (const other of chunks.slice(i + 1)) for (const one of times) expect(other.has(one)).toBe(false);
      }),
    );
  });
});
