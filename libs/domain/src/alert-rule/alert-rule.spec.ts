import { describe, expect, it } from 'vitest';
import type { AlertRule, AlertRuleCommand, AlertRuleEvent } from '#contracts';
import { given } from '../kernel/testing/index.js';
import { alertRuleDecider, freezeAlertRule, thawAlertRule } from './alert-rule.js';
import { answerForAlertRule } from './answers.js';

const sut = { decider: alertRuleDecider, freeze: freezeAlertRule, thaw: thawAlertRule };

const rule: AlertRule = {
  name: 'Too hot',
  severity: 'warning',
  enabled: true,
  devices: {},
  condition: { type: 'threshold', field: 't', op: '>', value: 30 },
  notify: [],
};
const define = (more: object = {}): AlertRuleCommand => ({ type: 'DefineAlertRule', data: { rule, ...more } });
const create = define({ create: true });
const retire: AlertRuleCommand = { type: 'RetireAlertRule', data: {} };
const raised = (position: number, more: object = {}) => ({
  position,
  index: 0,
  alertId: `alert-${position}`,
  ruleVersion: 1,
  deviceId: 'd1',
  since: 10,
  at: 20,
  cause: 't = 31 (> 30)',
  value: 31,
  ...more,
});
const cleared = (position: number, of: number, more: object = {}) => ({
  position,
  index: 0,
  alertId: `alert-${of}`,
  ruleVersion: 1,
  deviceId: 'd1',
  at: 30,
  reason: 'recovered' as const,
  ...more,
});
const raise = (...of: Parameters<typeof raised>): AlertRuleCommand => ({ type: 'RaiseAlert', data: raised(...of) });
const clear = (...of: Parameters<typeof cleared>): AlertRuleCommand => ({ type: 'ClearAlert', data: cleared(...of) });
const acknowledge = (alertId: string): AlertRuleCommand => ({ type: 'AcknowledgeAlert', data: { alertId, by: 'me' } });

const defined = (ruleVersion = 1): AlertRuleEvent => ({ type: 'AlertRuleDefined', data: { ruleVersion, rule } });
const retired: AlertRuleEvent = { type: 'AlertRuleRetired', data: {} };
const wasRaised = (...of: Parameters<typeof raised>): AlertRuleEvent => ({ type: 'AlertRaised', data: raised(...of) });
const wasCleared = (...of: Parameters<typeof cleared>): AlertRuleEvent => ({ type: 'AlertCleared', data: cleared(...of) });
const acknowledged = (alertId: string): AlertRuleEvent => ({ type: 'AlertAcknowledged', data: { alertId, by: 'me' } });

describe('an alert rule', () => {
  it('is made once, and each edit is a version', () => {
    given(sut).when(create).then([defined()]);
    given(sut, [defined()]).when(create).thenRefused('alert-rule.id-taken');
    given(sut, [defined()])
      .when(define())
      .then([defined(2)]);
    given(sut, [defined(), defined(2)])
      .when(define({ expectedRuleVersion: 1 }))
      .thenRefused('alert-rule.changed-meanwhile');
    given(sut, [defined()])
      .when(define({ rule: { name: '' } }))
      .thenRefused('alert-rule.invalid');
  });

  it('is unknown before it is made, and once it is retired', () => {
    for (const past of [[], [defined(), retired]]) {
      given(sut, past).when(define()).thenRefused('alert-rule.unknown');
      given(sut, past).when(retire).thenRefused('alert-rule.unknown');
      given(sut, past).when(acknowledge('alert-5')).thenRefused('alert-rule.unknown');
    }
    given(sut, [defined()]).when(retire).then([retired]);
    given(sut, [defined(), retired]).when(create).thenRefused('alert-rule.id-taken');
  });

  it('answers with its id and version', () => {
    const { state } = given(sut, [defined(), defined(2)]);
    expect(answerForAlertRule({ type: 'DefineAlertRule', stream: 'alert-rule-a1.r1' }, [], state)).toEqual({
      ruleId: 'r1',
      ruleVersion: 2,
    });
  });
});

describe('alerts under a rule', () => {
  it('are raised and cleared once, however often that is told', () => {
    given(sut, [defined()])
      .when(raise(5))
      .then([wasRaised(5)]);
    given(sut, [defined(), wasRaised(5)])
      .when(raise(5))
      .thenNothing();
    given(sut, [defined(), wasRaised(5)])
      .when(clear(6, 5))
      .then([wasCleared(6, 5)]);
    given(sut, [defined(), wasRaised(5), wasCleared(6, 5)])
      .when(clear(6, 5))
      .thenNothing();
    given(sut, [defined(), wasRaised(5), wasCleared(6, 5)])
      .when(raise(5))
      .thenNothing();
    given(sut, [defined(), wasRaised(5), wasCleared(6, 5)])
      .when(raise(6, { index: 1 }))
      .then([wasRaised(6, { index: 1 })]);
  });

  it('are apart for each device', () => {
    given(sut, [defined(), wasRaised(5)])
      .when(raise(4, { deviceId: 'd2' }))
      .then([wasRaised(4, { deviceId: 'd2' })]);
  });

  it('of a version that is over, or of a retired rule, are recorded all the same: whoever evaluates may be behind', () => {
    for (const end of [defined(2), retired]) {
      given(sut, [defined(), end])
        .when(raise(5))
        .then([wasRaised(5)]);
      const ended = cleared(7, 5, { reason: 'rule-changed' });
      given(sut, [defined(), wasRaised(5), end])
        .when({ type: 'ClearAlert', data: ended })
        .then([{ type: 'AlertCleared', data: ended }]);
    }
    given(sut, [defined(), wasRaised(5), defined(2), wasCleared(7, 5)])
      .when(raise(8, { ruleVersion: 2 }))
      .then([wasRaised(8, { ruleVersion: 2 })]);
    given(sut, [defined()])
      .when(raise(5, { ruleVersion: 2 }))
      .thenRefused('alert.outdated');
    given(sut).when(raise(5)).thenRefused('alert-rule.unknown');
  });

  it('never fire for ever: the next one ends one whose end was lost', () => {
    given(sut, [defined(), wasRaised(5)])
      .when(raise(9))
      .then([wasCleared(9, 5, { at: 20 }), wasRaised(9)]);
    given(sut, [defined(), wasRaised(5)])
      .when(clear(9, 8))
      .thenNothing();
  });

  it('are acknowledged, while they fire and after', () => {
    given(sut, [defined(), wasRaised(5)])
      .when(acknowledge('alert-5'))
      .then([acknowledged('alert-5')]);
    given(sut, [defined(), wasRaised(5), acknowledged('alert-5')])
      .when(acknowledge('alert-5'))
      .thenNothing();
    given(sut, [defined(), wasRaised(5), wasCleared(6, 5)])
      .when(acknowledge('alert-5'))
      .then([acknowledged('alert-5')]);
    given(sut, [defined(), wasRaised(5)])
      .when(acknowledge('alert-6'))
      .thenRefused('alert.unknown');
  });

  it('are silenced with a reason', () => {
    const data = { until: 99, reason: 'Repairs', by: 'me' };
    given(sut, [defined()])
      .when({ type: 'SilenceAlertRule', data })
      .then([{ type: 'AlertSilenced', data }]);
  });
});
