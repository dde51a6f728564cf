import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertRuleOf, deviceOf, partOf, type AlertRule, type RecordedEvent } from '#contracts';
import { Evaluation, type Decided } from './evaluation.js';
import { Evaluator } from './rule-evaluator.js';
import { anyLog, END } from './testing/logs.js';
import { fakeScorer } from './testing/rules.js';

const tools = { anomalies: fakeScorer };
const RUNS = { numRuns: 300 };
const all = (): boolean => true;
const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** By rule and device, in their order: between those there is none. */
function sorted(decided: readonly Decided[]): Decided[] {
  const keyOf = ({ ruleId, ruleVersion, deviceId }: Decided): string => `${ruleId} ${ruleVersion} ${deviceId}`;
  return [...decided].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}

function run(log: readonly RecordedEvent[], owns: (stream: string) => boolean = all): Decided[] {
  const sut = new Evaluation(tools, owns);
  const decided = log.flatMap((event) => sut.take(event));
  return [...decided, ...sut.advance(END)];
}

/** Nobody sleeps, and no batch is passed as a whole. */
function withoutShortCuts<T>(work: () => T): T {
  const { canSleep } = Evaluator.prototype;
  const own = Evaluator.prototype as unknown as { passesUnnoticed: () => boolean };
  const { passesUnnoticed } = own;
  Evaluator.prototype.canSleep = () => false;
  own.passesUnnoticed = () => false;
  try {
    return work();
  } finally {
    Evaluator.prototype.canSleep = canSleep;
    own.passesUnnoticed = passesUnnoticed;
  }
}

describe('the evaluation of an account, whatever happens to it', () => {
  it('decides the same where rules sleep as where each looks at every reading', () =>
    fc.assert(
      fc.property(anyLog, (log) => {
        expect(sorted(run(log))).toEqual(sorted(withoutShortCuts(() => run(log))));
      }),
      { numRuns: 1_000 },
    ));

  it('decides the same in parts as by one', () =>
    fc.assert(
      fc.property(anyLog, fc.integer({ min: 2, max: 4 }), (log, parts) => {
        const each = Array.from({ length: parts }, (_, part) => run(log, (stream) => partOf(stream, parts) === part));
        expect(sorted(each.flat())).toEqual(sorted(run(log)));
      }),
      RUNS,
    ));

  it('goes on from any snapshot, and from what changed since the one before, as if there had been none', () =>
    fc.assert(
      fc.property(anyLog, fc.array(fc.nat(40), { maxLength: 4 }), (log, cuts) => {
        const stored = new Map<string, ReturnType<Evaluation['changed']>[number]>();
        let sut = new Evaluation(tools, all);
        const decided: Decided[] = [];
        log.forEach((event, i) => {
          decided.push(...sut.take(event));
          if (!cuts.includes(i)) return;
          for (const piece of json(sut.changed())) {
            const key = `${piece.kind} ${piece.id}`;
            if (piece.state === null) stored.delete(key);
            else stored.set(key, piece);
          }
          sut = new Evaluation(tools, all);
          sut.restore(json([...stored.values()]));
        });
        decided.push(...sut.advance(END));
        expect(sorted(decided)).toEqual(sorted(run(log)));
      }),
      RUNS,
    ));

  it('hears all that matters to it', () =>
    fc.assert(
      fc.property(anyLog, (log) => {
        const sut = new Evaluation(tools, all);
        const decided = log.flatMap((event) => (event.type === 'ReadingsReceived' && !sut.hears(event.stream) ? [] : sut.take(event)));
        expect(sorted([...decided, ...sut.advance(END)])).toEqual(sorted(run(log)));
      }),
      RUNS,
    ));

  it('raises and clears in turns, at places that only rise whatever the version of the rule, and leaves nothing open that is over', () =>
    fc.assert(
      fc.property(anyLog, (log) => {
        const open = new Map<string, Decided>();
        const last = new Map<string, [number, number]>();
        for (const one of run(log)) {
          const { ruleId, deviceId, ruleVersion, transition } = one;
          const key = `${ruleId} ${deviceId}`;
          const { position, index } = transition;
          const [before, beforeIndex] = last.get(key) ?? [0, -1];
          expect(position > before || (position === before && index > beforeIndex)).toBe(true);
          last.set(key, [position, index]);
          expect(open.has(key)).toBe(transition.kind === 'cleared');
          if (transition.kind === 'raised') open.set(key, one);
          else {
            expect(open.get(key)).toMatchObject({ ruleVersion, transition: { position: transition.raised.position } });
            open.delete(key);
          }
        }
        const [rules, gone] = endOf(log);
        for (const { ruleId, ruleVersion, deviceId } of open.values()) {
          expect(rules.get(ruleId)).toMatchObject({ ruleVersion, rule: { enabled: true } });
          expect(gone.has(deviceId)).toBe(false);
        }
      }),
      RUNS,
    ));
});

/** The rules in force at the end, and devices that are no more. */
function endOf(log: readonly RecordedEvent[]): [Map<string, { ruleVersion: number; rule: AlertRule }>, Set<string>] {
  const [rules, gone] = [new Map<string, { ruleVersion: number; rule: AlertRule }>(), new Set<string>()];
  for (const { type, stream, data } of log) {
    if (type === 'AlertRuleDefined') rules.set(alertRuleOf(stream).ruleId, data as never);
    if (type === 'AlertRuleRetired') rules.delete(alertRuleOf(stream).ruleId);
    if (type === 'DeviceRetired') gone.add(deviceOf(stream).deviceId);
    if (type === 'DeviceDescribed') gone.delete(deviceOf(stream).deviceId);
  }
  return [rules, gone];
}
