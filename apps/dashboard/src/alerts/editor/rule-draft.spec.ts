import type { AlertRule } from '#contracts';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../api/http.js';
import { newCondition } from './condition-draft.js';
import { moved, movingBounds, prefilled, sensibleThreshold } from './moving-bounds.js';
import { draftOf, editOf, newDraft, refusedIn, ruleOf, suggestedName, testedAs, wrongAt } from './rule-draft.js';

const full: AlertRule = {
  name: 'Cold chain',
  description: 'Vaccines',
  severity: 'critical',
  enabled: false,
  devices: { deviceIds: ['a', 'b'], tags: { site: 'north' } },
  condition: {
    type: 'any',
    of: [
      { type: 'threshold', field: 't', op: '>', value: 8, clear: 7.5 },
      { type: 'range', field: 't', min: 2, max: 8, hysteresis: 0.25 },
      { type: 'rate', field: 't', op: '>=', value: 5, per: '1m', over: '10m' },
      { type: 'geofence', field: 'at', polygon: [[0, 0], [0, 1], [1, 1]], when: 'inside' }, // prettier-ignore
      { type: 'no-data', within: '10m' },
      { type: 'no-data', field: 't', within: '1h' },
      { type: 'anomaly', field: 't', score: 0.95 },
      { type: 'forecast', field: 'level', op: '<', value: 10, within: '4h', params: { halfLife: '30m' } },
      { type: 'forecast', field: 'level', op: '<', value: 10, within: '4h' },
      { type: 'compare', left: { field: 't' }, op: '>', right: { deviceId: 'b', field: 't' }, offset: -2 },
      { type: 'all', of: [{ type: 'threshold', field: 'door', op: '>=', value: 1 }] },
    ],
  },
  for: '2m',
  keepFiringFor: '5m',
  repeatEvery: '1h',
  schedule: { tz: 'Europe/Oslo', days: [6, 7], from: '20:00', to: '06:00' },
  flapping: { changes: 4, within: '1h' },
  notify: [
    { type: 'webhook', url: 'https://example.org/hook', secret: '••••abcd' },
    { type: 'email', to: 'ops@example.org' },
  ],
};

describe('the draft of a rule', () => {
  it('is the rule again, whatever its conditions', () => {
    expect(ruleOf(draftOf(full, 'UTC'))).toEqual({ rule: full, wrong: {} });
    const plain: AlertRule = {
      name: 'x',
      severity: 'info',
      enabled: true,
      devices: {},
      condition: { type: 'no-data', within: '1h' },
      notify: [],
    };
    expect(ruleOf(draftOf(plain, 'UTC')).rule).toEqual(plain);
  });

  it('says what is missing by the paths that the api has', () => {
    const condition = newCondition({ type: 'all', of: [newCondition({ value: 'hot', clear: 'cold' }), newCondition({ type: 'compare' })] });
    const { rule, wrong } = ruleOf(
      newDraft('UTC', { condition, for: 'long', notify: [{ key: '', type: 'webhook', to: ' ', secret: '' }] }),
    );
    expect(rule).toBeUndefined();
    expect(Object.keys(wrong).sort()).toEqual([
      'condition.of.0.clear',
      'condition.of.0.field',
      'condition.of.0.value',
      'condition.of.1.left.field',
      'condition.of.1.right.field',
      'for',
      'notify.0.url',
    ]);
  });

  it('takes a comma for a point, and no text for a number', () => {
    const draft = newDraft('UTC', { condition: newCondition({ field: 't', value: '−3,5' }) });
    expect(ruleOf(draft).rule?.condition).toMatchObject({ value: -3.5 });
    expect(ruleOf(newDraft('UTC', { condition: newCondition({ field: 't', value: '' }) })).wrong).toEqual({
      'condition.value': 'This is needed.',
    });
  });

  it('is called by what it looks for, where it has no name', () => {
    const draft = newDraft('UTC', { condition: newCondition({ field: 't', value: '30' }) });
    expect(ruleOf(draft).rule?.name).toBe('t > 30');
    expect(suggestedName(newDraft('UTC'))).toBe('');
  });

  it('is tested on one device and tells nobody, also without a name', () => {
    const tested = testedAs({ ...draftOf(full, 'UTC'), name: '' }, 'a');
    expect(tested).toMatchObject({ devices: { deviceIds: ['a'] }, notify: [], condition: full.condition });
    expect(testedAs(newDraft('UTC'), 'a')).toBeUndefined();
  });

  it('takes away by an edit what is no longer there', () => {
    const { schedule: _, ...rest } = full;
    expect(editOf(rest)).toMatchObject({ schedule: null, for: '2m' });
  });

  it('has what the api refused at the field it concerns', () => {
    const errors = [{ path: 'condition.clear', message: 'is on the side of 30 where the condition does not hold, not 31' }];
    const problem = { type: '', title: '', status: 422, code: 'alert-rule.invalid', detail: '', advice: '', errors };
    const wrong = refusedIn(new ProblemError(problem));
    expect(wrong['condition.clear']).toBe('It is on the side of 30 where the condition does not hold, not 31.');
    expect(wrongAt({ 'devices.deviceIds.3': 'no' }, 'devices.deviceIds', true)).toBe('no');
    expect(wrongAt({ 'devices.deviceIds.3': 'no' }, 'devices.deviceIds')).toBeUndefined();
  });
});

describe('bounds that are dragged', () => {
  const threshold = newCondition({ field: 't', value: '30', clear: '28' });
  const range = newCondition({ type: 'range', field: 't', min: '5', max: '40' });

  it('are those on the field of the chart', () => {
    const draft = newCondition({ type: 'all', of: [threshold, range, newCondition({ field: 'h', value: '3' })] });
    expect(movingBounds(draft, 't').map(({ at, member, value }) => [at, member, value])).toEqual([
      [[0], 'value', 30],
      [[0], 'clear', 28],
      [[1], 'min', 5],
      [[1], 'max', 40],
    ]);
    expect(movingBounds(newCondition({ type: 'rate', field: 't', value: '3' }), 't')).toEqual([]);
    expect(movingBounds(newCondition({ field: 't' }), 't')).toEqual([]);
  });

  it('take their hysteresis along', () => {
    expect(moved(threshold, { at: [], member: 'value' }, 31.1)).toMatchObject({ value: '31.1', clear: '29.1' });
    expect(moved({ ...threshold, clear: '' }, { at: [], member: 'value' }, 31)).toMatchObject({ value: '31', clear: '' });
  });

  it('stop at one another', () => {
    expect(moved(threshold, { at: [], member: 'clear' }, 35).clear).toBe('30');
    expect(moved({ ...threshold, op: '<' }, { at: [], member: 'clear' }, 25).clear).toBe('30');
    expect(moved(range, { at: [], member: 'min' }, 50).min).toBe('40');
    expect(moved(range, { at: [], member: 'max' }, 0).max).toBe('5');
  });

  it('are moved wherever they are nested, and nothing else is', () => {
    const draft = newCondition({ type: 'any', of: [range, newCondition({ type: 'all', of: [threshold] })] });
    const after = moved(draft, { at: [1, 0], member: 'value' }, 33);
    expect(after.of[1]?.of[0]).toMatchObject({ value: '33', clear: '31' });
    expect(after.of[0]).toBe(range);
  });

  it('begin where little lies beyond', () => {
    const values = Array.from({ length: 101 }, (_, at) => at);
    expect(sensibleThreshold(values, '>')).toBe(95);
    expect(sensibleThreshold(values, '<')).toBe(5);
    // Of a wave that dwells at its crests, too, something lies beyond.
    const wave = Array.from({ length: 600 }, (_, at) => 20 + 5 * Math.sin(at / 19));
    expect(sensibleThreshold(wave, '>')).toBeLessThan(25);
    expect(sensibleThreshold([4, 4, 4], '>')).toBe(4);
    expect(sensibleThreshold([], '>')).toBeUndefined();
  });

  it('are proposed once, and not again to who has emptied them', () => {
    const values = Array.from({ length: 101 }, (_, at) => at);
    const done = new Set<string>();
    const draft = newCondition({ type: 'any', of: [newCondition({ field: 't' }), newCondition({ type: 'range', field: 't' }), threshold] });
    const first = prefilled(draft, 't', values, done);
    expect(first.of).toMatchObject([{ value: '95' }, { min: '5', max: '95' }, { value: '30' }]);
    const emptied = { ...first, of: first.of.map((each) => ({ ...each, value: '', min: '', max: '' })) };
    expect(prefilled({ ...emptied, of: emptied.of.slice(0, 2) }, 't', values, done).of).toEqual(emptied.of.slice(0, 2));
    expect(prefilled(draft, 'other', values, done)).toBe(draft);
  });
});
