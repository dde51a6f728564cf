import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../operation.js';
import { readParameters } from '../parameters.js';
import { columnOf, expectClose, fixture, run, series, type Numbers } from '../testing/series.js';
import { cumulative } from './cumulative.js';
import { difference } from './difference.js';
import { rate } from './rate.js';

interface Reference {
  time: number[];
  value: Numbers;
  difference: Record<string, Numbers>;
  counter: { value: number[]; increase: number[]; rate: Numbers; resets: number };
  cumulative: Record<string, number[]>;
}
const reference = fixture<Reference>('windows-and-changes');
const input = series(reference.time, reference.value);
/** The rows that have a value: the reference was made without the others. */
const present = [...reference.value.keys()].filter((row) => reference.value[row] !== null);
const ofPresent = (values: number[]) => present.map((row) => values[row]!);

describe('difference', () => {
  it.each(['1', '24'])('agrees with pandas at lag %s', (lag) => {
    expectClose(ofPresent(columnOf(run(difference, [input], { lag: Number(lag) }), 'value')), reference.difference[lag]!);
  });

  it('looks back as far in long series', () => {
    const rising = Array.from({ length: 20_000 }, (_, k) => k * k);
    const found = columnOf(run(difference, [series([...rising.keys()], rising)], { lag: 7 }), 'value');
    expect(found.slice(7)).toEqual(rising.slice(7).map((it, k) => it - k * k));
  });

  it('has nothing to say where there is no value', () => {
    expect(columnOf(run(difference, [series([1, 2, 3], [1, null, 4])]), 'value')).toEqual([NaN, NaN, 3]);
  });
});

describe('rate', () => {
  const counter = series(reference.time, reference.counter.value);

  it('counts on from zero after a counter was reset, as NumPy adds it up', () => {
    const result = run(rate, [counter], { counter: true, per: 'h' });
    expectClose(columnOf(result, 'increase').slice(1), reference.counter.increase);
    expectClose(columnOf(result, 'rate').slice(1), reference.counter.rate);
    const total = reference.counter.increase.reduce((sum, it) => sum + it, 0);
    expect(result.summary.fields).toMatchObject([{ increase: total, resets: reference.counter.resets }]);
  });

  it('goes on through the end of a counter that wraps', () => {
    const wrapped = series([0, 1_000, 2_000], [65_530, 65_535, 4]);
    expect(columnOf(run(rate, [wrapped], { counter: true, wrapsAt: 65_536 }), 'increase')).toEqual([NaN, 5, 5]);
  });

  it('falls where the value is no counter', () => {
    expect(columnOf(run(rate, [series([0, 60_000], [10, 4])], { per: 'm' }), 'rate')).toEqual([NaN, -6]);
  });

  it('gives no rate between equal times and over long gaps, but keeps what was counted between equal times', () => {
    const odd = series([0, 0, 1_000, 90_000], [1, 3, 4, 5]);
    const result = run(rate, [odd], { gapMax: '1m' });
    expect(columnOf(result, 'rate')).toEqual([NaN, NaN, 1, NaN]);
    expect(columnOf(result, 'increase')).toEqual([NaN, 2, 1, NaN]);
  });
});

describe('cumulative', () => {
  it.each(Object.keys(reference.cumulative))('agrees with NumPy and pandas on %s', (fn) => {
    expectClose(ofPresent(columnOf(run(cumulative, [input], { fn }), 'value')), reference.cumulative[fn]!);
  });

  it('makes energy of power, and none over a silence', () => {
    const power = series([0, 1_800_000, 9_000_000], [2, 4, 4]);
    expect(columnOf(run(cumulative, [power], { fn: 'integral', per: 'h', gapMax: '1h' }), 'value')).toEqual([0, 1.5, 1.5]);
  });
});

const readings = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.option(fc.integer({ min: -1e6, max: 1e6 }))), { maxLength: 60 })
  .map((pairs) => pairs.sort((a, b) => a[0] - b[0]));
const CASES: [Operation, Record<string, unknown>, string][] = [
  [difference, { lag: 3 }, 'value'],
  [rate, { counter: true }, 'increase'],
  [rate, {}, 'rate'],
  [cumulative, { fn: 'sum' }, 'value'],
  [cumulative, { fn: 'integral' }, 'value'],
  [cumulative, { fn: 'max' }, 'value'],
];

describe.each(CASES)('$name, reading by reading', (operation, params, name) => {
  it('gives the same when its state is put away as JSON at any reading', () => {
    fc.assert(
      fc.property(readings, fc.nat(), (pairs, cut) => {
        const values = readParameters(operation.parameters, params);
        const { initial, step } = operation.online!;
        let state = initial(values);
        const rows = pairs.map(([time, value], at) => {
          if (at === cut % (pairs.length + 1)) state = JSON.parse(JSON.stringify(state));
          const next = step(state, time, value ?? NaN, values);
          state = next.state;
          return [...next.row];
        });
        const whole = run(
          operation,
          [
            series(
              pairs.map(([time]) => time),
              pairs.map(([, value]) => value),
            ),
          ],
          params,
        );
        const columns = operation.columns.map((column) => columnOf(whole, column.name));
        expect(rows).toEqual(pairs.map((_, row) => columns.map((column) => column[row])));
      }),
    );
  });

  it('does not depend on when it all began', () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 0, max: 1e12 }), (pairs, shift) => {
        const at = (by: number) =>
          run(
            operation,
            [
              series(
                pairs.map(([time]) => time + by),
                pairs.map(([, value]) => value),
              ),
            ],
            params,
          );
        expect(columnOf(at(shift), name)).toEqual(columnOf(at(0), name));
      }),
    );
  });

  it('scales with the values', () => {
    fc.assert(
      fc.property(readings, (pairs) => {
        const by = (scale: number) =>
          run(
            operation,
            [
              series(
                pairs.map(([time]) => time),
                pairs.map(([, value]) => (value === null ? null : value * scale)),
              ),
            ],
            params,
          );
        expect(columnOf(by(4), name)).toEqual(columnOf(by(1), name).map((it) => it * 4));
      }),
    );
  });

  it('gives nothing for nothing, and one row for one', () => {
    expect(columnOf(run(operation, [series([], [])], params), name)).toEqual([]);
    expect(columnOf(run(operation, [series([7], [1])], params), name)).toHaveLength(1);
  });
});
