/** docs/reference/alerts.md says what the code does. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLEAR_REASONS, COMPARISONS, CONDITION_TYPES, SEVERITIES, type AlertPhase, type AlertRule } from '#contracts';
import { FIRINGS_MAX } from '#domain';
import { createMachine } from '../../../../libs/domain/src/alert-rule/evaluate/machine.js';
import { CONDITIONS_MAX, CORNERS_MAX } from '../../../../libs/domain/src/alert-rule/parse-condition.js';
import { DEVICES_MAX, parseAlertRule, TARGETS_MAX } from '../../../../libs/domain/src/alert-rule/parse-rule.js';
import { AT_ONCE, ATTEMPTS_MAX, delayAfter, OF_ONE_ACCOUNT } from './notify/sender.js';

const page = readFileSync(new URL('../../../../docs/reference/alerts.md', import.meta.url), 'utf8');
const sectionOf = (heading: string): string => page.split(/^## /m).find((section) => section.startsWith(`${heading}\n`))!;
const rowsOf = (heading: string): string[][] =>
  sectionOf(heading)
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| --'))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
const firstOf = (heading: string): string[] => rowsOf(heading).map(([first]) => first!);
const inWords = (n: number): string => n.toLocaleString('en');

describe('the reference of alerts', () => {
  it('names every member of a rule', () => {
    const { details } = parseAlertRule({ 'no such': 1 }) as unknown as { details: { errors: { message: string }[] } };
    const [, members] = /there are (.*)$/.exec(details.errors[0]!.message)!;
    expect(firstOf('A rule').sort()).toEqual(members!.split(', ').sort());
    for (const severity of SEVERITIES) expect(sectionOf('A rule')).toContain(`\`${severity}\``);
  });

  it('names every condition with its members, and refuses no example of them', () => {
    expect(firstOf('Conditions')).toEqual(CONDITION_TYPES);
    for (const [type, members] of rowsOf('Conditions')) {
      const { details } = parseAlertRule({ condition: { type, 'no such': 1 } }) as unknown as {
        details: { errors: { path: string; message: string }[] };
      };
      const { message } = details.errors.find(({ path }) => path === 'condition.no such')!;
      const known = /there are (.*)$/
        .exec(message)![1]!
        .split(', ')
        .filter((name) => name !== 'type');
      const named = members!.split(', ').map((name) => name.replace('?', '').split('.')[0]);
      expect(named).toEqual(known);
    }
    for (const op of COMPARISONS) expect(sectionOf('Conditions')).toContain(`\`${op}\``);
  });

  it('names every way in which an alert ends', () => expect(firstOf('How an alert ends')).toEqual(CLEAR_REASONS));

  it.each(rowsOf('States').map((row, i) => [i, ...row] as const))('has row %i of the states right: %s, %s, %s → %s', (_, ...row) => {
    const [from, condition, and, to, which] = row as unknown as [AlertPhase, string, string, AlertPhase, string];
    const waits = and.includes('as long') || and.endsWith('a for') || and === 'there is';
    const machine = createMachine({ ...RULE, ...(waits && { for: '5m', keepFiringFor: '5m' }) });
    const state = { ...machine.initial(), phase: from, since: 0, raised: { position: 1, index: 0 } };
    const moved = machine.step(state, condition === 'holds', and === 'has for as long' ? 300_000 : 299_999, { position: 2, index: 0 });
    expect([state.phase, moved ?? '']).toEqual([to, which]);
  });

  it('has a row for every state, and for a condition that holds and one that does not', () => {
    const phases: Record<AlertPhase, true> = { 'no-data': true, ok: true, pending: true, firing: true, recovering: true };
    const cases = new Set(rowsOf('States').map(([from, condition]) => `${from} ${condition}`));
    expect(cases).toEqual(new Set(Object.keys(phases).flatMap((phase) => [`${phase} holds`, `${phase} does not hold`])));
  });

  it('has the limits', () => {
    const limits = Object.fromEntries(rowsOf('Limits')) as Record<string, string>;
    expect(limits).toMatchObject({
      'conditions of a rule, however nested': inWords(CONDITIONS_MAX),
      'devices named by a rule': inWords(DEVICES_MAX),
      'corners of a polygon': inWords(CORNERS_MAX),
      'targets of a rule': inWords(TARGETS_MAX),
      'firings in the answer of a back-test': inWords(FIRINGS_MAX),
    });
  });

  it('has when a notification is tried again, and how many are under way', () => {
    const delays = Array.from({ length: ATTEMPTS_MAX - 1 }, (_, n) => `${inWords(delayAfter(n + 1) / 1_000)} s`);
    expect(page).toContain(`${delays.slice(0, -1).join(', ')} and ${delays.at(-1)!}: ${ATTEMPTS_MAX} attempts in all`);
    expect(page).toContain(`Up to ${OF_ONE_ACCOUNT} of an account are under way at once, ${AT_ONCE} in all`);
  });
});

const RULE: AlertRule = {
  name: 'A rule',
  severity: 'info',
  enabled: true,
  devices: {},
  condition: { type: 'threshold', field: 't', op: '>', value: 30 },
  notify: [],
};
