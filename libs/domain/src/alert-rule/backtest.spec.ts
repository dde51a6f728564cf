import { describe, expect, it } from 'vitest';
import { alertRuleStream, deviceStream, type RecordedEvent } from '#contracts';
import { Backtest } from './backtest.js';
import { above, fakeScorer, MINUTE, ruleOf, T0 } from './evaluate/testing/rules.js';

let position = 0;
function event(type: string, stream: string, data: object): RecordedEvent {
  const metadata = { recordedAt: T0, accountId: 'a1' };
  return { type, eventVersion: 1, stream, revision: 0, position: ++position, data, metadata } as RecordedEvent;
}
const registered = (deviceId: string) =>
  event('DeviceRegistered', deviceStream('a1', deviceId), { accountId: 'a1', deviceId, name: deviceId, tags: {} });
const received = (deviceId: string, minutes: number[], t: number[]) =>
  event('ReadingsReceived', deviceStream('a1', deviceId), {
    schemaVersion: 1,
    time: minutes.map((minute) => T0 + minute * MINUTE),
    fields: { t },
  });
const defined = () => event('AlertRuleDefined', alertRuleStream('a1', 'r1'), { ruleVersion: 1, rule: ruleOf(above(30)) });

const run = (events: readonly RecordedEvent[], end = T0 + 60 * MINUTE) => {
  const sut = new Backtest({ anomalies: fakeScorer });
  for (const one of events) sut.take(one);
  sut.end(end);
  return sut.outcome();
};

describe('a back-test', () => {
  it('counts what came late, whether the rule slept or was woken by the same batch', () => {
    const calm = [received('d1', [0, 1], [20, 21]), received('d1', [3, 2], [22, 99])];
    expect(run([defined(), registered('d1'), ...calm])).toMatchObject({ count: 0, late: 1, readings: 4, devices: 1 });
    const stirred = [received('d1', [0, 1], [20, 21]), received('d1', [2, 3, 2], [40, 20, 99]), received('d1', [3, 1], [20, 20])];
    expect(run([defined(), registered('d1'), ...stirred])).toMatchObject({ count: 1, late: 2 });
  });

  it('has the firings in the order of the log, though devices are looked at one after the other', () => {
    const [a, b] = [received('d2', [0], [40]), received('d1', [0], [40])];
    const { firings } = run([defined(), registered('d1'), registered('d2'), b, a]);
    expect(firings.map(({ deviceId }) => deviceId)).toEqual(['d2', 'd1']);
  });

  it('adds up how long it fires, up to the end where it still does', () => {
    const { firings, firingMs } = run([defined(), registered('d1'), received('d1', [0, 5, 50], [40, 20, 40])]);
    expect(firings).toMatchObject([{ raisedAt: T0, clearedAt: T0 + 5 * MINUTE, clearReason: 'recovered' }, { raisedAt: T0 + 50 * MINUTE }]);
    expect(firingMs).toBe(15 * MINUTE);
  });

  it('ends with the rule', () => {
    const over = event('AlertRuleRetired', alertRuleStream('a1', 'r1'), {});
    expect(run([defined(), registered('d1'), received('d1', [0], [40]), over]).firings).toMatchObject([{ clearReason: 'rule-retired' }]);
  });
});
