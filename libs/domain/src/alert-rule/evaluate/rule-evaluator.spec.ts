import { describe, expect, it } from 'vitest';
import type { AlertCondition } from '#contracts';
import { above, described, evaluatorOf, MINUTE, outcomes, readings, T0 } from './testing/rules.js';

describe('a rule on a threshold', () => {
  it('is raised by the first reading beyond it, and cleared by the first that is not', () =>
    expect(outcomes(above(30), [20, 31, 35, 30, 31])).toEqual([
      [1, 'raised'],
      [3, 'cleared'],
      [4, 'raised'],
    ]));

  it('holds on until the value is back at the clearing one', () =>
    expect(outcomes(above(30, { clear: 28 }), [31, 29, 30, 28.5, 28, 29])).toEqual([
      [0, 'raised'],
      [4, 'cleared'],
    ]));

  it.each([
    ['>', 30, [30, 31], 1],
    ['>=', 30, [29, 30], 1],
    ['<', 30, [30, 29], 1],
    ['<=', 30, [31, 30], 1],
  ] as const)('knows %s', (op, value, values, minute) =>
    expect(outcomes({ type: 'threshold', field: 't', op, value }, values)).toEqual([[minute, 'raised']]),
  );

  it('says why', () => {
    const sut = evaluatorOf(above(30), { for: '1m' });
    const state = sut.initial(T0, 0);
    sut.receive(state, 'd1', readings(0, { t: [31.23456789] }));
    const [raised] = sut.receive(state, 'd1', readings(1, { t: [32] }));
    expect(raised).toEqual({
      kind: 'raised',
      position: 2,
      index: 0,
      since: T0,
      at: T0 + MINUTE,
      cause: 't = 32 (> 30)',
      value: 32,
    });
  });
});

describe('a rule with `for` and `keepFiringFor`', () => {
  it('is raised when the condition has held for as long, by the clock of the device', () =>
    expect(outcomes(above(30), [31, 31, 29, 31, 31, 31, 31], { for: '2m' })).toEqual([[5, 'raised']]));

  it('is cleared when it has not held for as long', () =>
    expect(outcomes(above(30), [31, 20, 31, 20, 20, 20, 20], { keepFiringFor: '2m' })).toEqual([
      [0, 'raised'],
      [5, 'cleared'],
    ]));
});

describe('a late reading', () => {
  it('does not move the state, and is counted', () => {
    const sut = evaluatorOf(above(30));
    const state = sut.initial(T0, 0);
    sut.receive(state, 'd1', readings(5, { t: [20] }));
    expect(sut.receive(state, 'd1', readings(6, { t: [99] }, { time: [T0 + 4 * MINUTE] }))).toEqual([]);
    expect(state).toMatchObject({ late: 1, values: [20], machine: { phase: 'ok' } });
  });

  it('is late for its own field only', () => {
    const sut = evaluatorOf({ type: 'any', of: [above(30), { type: 'threshold', field: 'u', op: '>', value: 1 }] });
    const state = sut.initial(T0, 0);
    sut.receive(state, 'd1', readings(5, { t: [20] }));
    expect(sut.receive(state, 'd1', readings(6, { u: [2] }, { time: [T0] }))).toMatchObject([{ kind: 'raised', at: T0 + 5 * MINUTE }]);
  });
});

describe('a guard against flapping', () => {
  it('holds on to an alert that was raised too often', () =>
    expect(outcomes(above(30), [31, 20, 31, 20, 31, 20, 31, 20, 20, 20, 20, 20, 20], { flapping: { changes: 3, within: '5m' } })).toEqual([
      [0, 'raised'],
      [1, 'cleared'],
      [2, 'raised'],
      [3, 'cleared'],
      [4, 'raised'],
      [12, 'cleared'],
    ]));
});

describe('a schedule', () => {
  const schedule = { tz: 'Europe/Oslo', days: [5], from: '14:02', to: '14:05' };
  it('is the only time in which a condition counts', () =>
    // 12:00 UTC is 14:00 in Oslo.
    expect(outcomes(above(30), [31, 31, 31, 31, 31, 31, 31], { schedule })).toEqual([
      [2, 'raised'],
      [5, 'cleared'],
    ]));
});

describe('a rule on silence', () => {
  const condition: AlertCondition = { type: 'no-data', within: '10m' };

  it('is raised at the deadline, however late that is noticed, and cleared by what comes', () => {
    const sut = evaluatorOf(condition);
    const state = sut.initial(T0, 0);
    sut.receive(state, 'd1', readings(2, { t: [1] }));
    expect(sut.advance(state, T0 + 11 * MINUTE)).toEqual([]);
    expect(sut.receive(state, 'd1', readings(30, { t: [1] })).map(described)).toEqual([
      [12, 'raised'],
      [30, 'cleared'],
    ]);
    expect(sut.advance(state, T0 + 41 * MINUTE).map(described)).toEqual([[40, 'raised']]);
  });

  it('begins with the rule, where nothing ever came', () => {
    const sut = evaluatorOf(condition);
    expect(sut.advance(sut.initial(T0, 0), T0 + 10 * MINUTE).map(described)).toEqual([[10, 'raised']]);
  });

  it('can wait for one field, and for longer', () => {
    const sut = evaluatorOf({ type: 'no-data', field: 't', within: '10m' }, { for: '5m' });
    const state = sut.initial(T0, 0);
    sut.receive(state, 'd1', readings(9, { u: [1] }));
    expect(sut.receive(state, 'd1', readings(20, { t: [1] })).map(described)).toEqual([
      [15, 'raised'],
      [20, 'cleared'],
    ]);
  });

  it('waits for its schedule', () => {
    const schedule = { tz: 'UTC', days: [1, 2, 3, 4, 5, 6, 7], from: '13:00', to: '14:00' };
    const sut = evaluatorOf(condition, { schedule });
    expect(sut.advance(sut.initial(T0, 0), T0 + 300 * MINUTE).map(described)).toEqual([
      [60, 'raised'],
      [120, 'cleared'],
    ]);
  });

  it('gives every transition a place of its own', () => {
    const sut = evaluatorOf({ type: 'any', of: [condition, above(30)] });
    const state = sut.initial(T0, 0);
    const places = [
      ...sut.receive(state, 'd1', readings(20, { t: [31, 20, 31] }, { time: [T0, T0 + 1, T0 + 2] })),
      ...sut.advance(state, T0 + 60 * MINUTE),
    ].map(({ position, index }) => position * 10_000_000 + index);
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    expect(places.length).toBeGreaterThan(2);
  });
});
