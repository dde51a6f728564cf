import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertRule } from '#contracts';
import { row, rule, type Row } from './testing/arbitraries.js';
import { ReadingBatch, type Arrived } from './reading-batch.js';
import { createRuleEvaluator } from './rule-evaluator.js';
import type { EvaluationState, Transition } from './evaluation-state.js';
import { fakeScorer, MINUTE, T0, thawed } from './testing/rules.js';

const RUNS = { numRuns: 400 };
const event = fc.record({
  device: fc.constantFrom('d1', 'd1', 'd1', 'd2'),
  gap: fc.integer({ min: 0, max: 6 }),
  rows: fc.array(row, { minLength: 1, maxLength: 8 }),
});
const log = fc.array(event, { minLength: 1, maxLength: 12 }).map(arrivals);

/** Device times wander on with the clock of arrival, a minute back now and then. */
function arrivals(events: { device: string; gap: number; rows: Row[] }[]): Arrived[] {
  let [recordedAt, at] = [T0, T0];
  return events.map(({ device, gap, rows }, position) => {
    recordedAt += gap * MINUTE;
    const time = rows.map(({ minutes }) => (at += minutes * MINUTE));
    const fields = { t: rows.map(({ t }) => t), u: rows.map(({ u }) => u) };
    return { deviceId: device, position: position + 1, recordedAt, time, fields };
  });
}

/** Each event in pieces that arrive at the same time. */
function cut(log: Arrived[], sizes: number[]): Arrived[] {
  let n = 0;
  return log.flatMap((whole) => {
    const pieces: Arrived[] = [];
    for (let from = 0; from < whole.time.length;) {
      const to = from + (sizes[n++ % sizes.length] ?? 1);
      const { t, u } = whole.fields as Record<string, (number | null)[]>;
      pieces.push({ ...whole, time: Array.from(whole.time).slice(from, to), fields: { t: t!.slice(from, to), u: u!.slice(from, to) } });
      from = to;
    }
    return pieces;
  });
}

const END = T0 + 200 * MINUTE;
interface Ran {
  transitions: Transition[];
  state: EvaluationState;
}

function run(
  rule: AlertRule,
  log: Arrived[],
  options: { oneByOne?: boolean; between?: (state: EvaluationState) => EvaluationState } = {},
): Ran {
  const sut = createRuleEvaluator(rule, { anomalies: fakeScorer });
  if (options.oneByOne) Object.assign(sut, { passesUnnoticed: () => false });
  let state = sut.initial(T0, 0);
  const transitions: Transition[] = [];
  for (const arrived of log) {
    transitions.push(...sut.receive(state, 'd1', new ReadingBatch(arrived)));
    state = options.between?.(state) ?? state;
  }
  transitions.push(...sut.advance(state, END));
  return { transitions, state };
}

const withoutPlace = ({ position: _, index: __, ...rest }: Transition) => ({ ...rest, raised: undefined });

describe('a rule, whatever it is and whatever comes', () => {
  it('decides the same however readings are cut into batches', () =>
    fc.assert(
      fc.property(rule, log, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }), (rule, log, sizes) => {
        const whole = run(rule, log);
        const pieces = run(rule, cut(log, sizes));
        expect(pieces.transitions.map(withoutPlace)).toEqual(whole.transitions.map(withoutPlace));
      }),
      RUNS,
    ));

  it('comes to the very same state where batches are passed as a whole as where every reading is looked at', () =>
    fc.assert(
      fc.property(rule, log, (rule, log) => {
        expect(run(rule, log)).toEqual(run(rule, log, { oneByOne: true }));
      }),
      RUNS,
    ));

  it('goes on from a snapshot as if there had been none', () =>
    fc.assert(
      fc.property(rule, log, (rule, log) => {
        expect(run(rule, log, { between: thawed })).toEqual(run(rule, log));
      }),
      RUNS,
    ));

  it('decides the same, with the same places, whenever it is told what time it is', () =>
    fc.assert(
      fc.property(rule, log, fc.array(fc.integer({ min: 0, max: 100 })), (rule, log, looks) => {
        const sut = createRuleEvaluator(rule, { anomalies: fakeScorer });
        const state = sut.initial(T0, 0);
        const transitions = log.flatMap((arrived, i) => {
          const now = Math.min(arrived.recordedAt, T0 + (looks[i] ?? 0) * MINUTE);
          return [...sut.advance(state, now), ...sut.receive(state, 'd1', new ReadingBatch(arrived))];
        });
        expect([...transitions, ...sut.advance(state, END)]).toEqual(run(rule, log).transitions);
      }),
      RUNS,
    ));

  it('raises and clears in turns, at places and times that only rise', () =>
    fc.assert(
      fc.property(rule, log, (rule, log) => {
        const { transitions } = run(rule, log);
        transitions.forEach((one, i) => {
          expect(one.kind).toBe(i % 2 === 0 ? 'raised' : 'cleared');
          const before = transitions[i - 1];
          if (!before) return;
          expect(one.at).toBeGreaterThanOrEqual(before.at);
          expect(one.position > before.position || (one.position === before.position && one.index > before.index)).toBe(true);
        });
      }),
      RUNS,
    ));
});
