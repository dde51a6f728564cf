/** The alert rule: its versions, the alerts that are open under it, and what people say of them. Stream: `alert-rule-<account>.<rule>`. */
import type { AcknowledgeAlert, AlertRuleCommand, AlertRuleEvent, ClearAlert, ClearReason, DefineAlertRule, RaiseAlert } from '#contracts';
import type { RetireAlertRule, SilenceAlertRule, TransitionPlace } from '#contracts';
import { accept, reject, type Decider, type Decision, type Happened, type Told } from '../kernel/decider.js';
import { RecentCommands, type FrozenCommands } from '../kernel/recent-commands.js';
import { applyRules, type Rules } from '../kernel/rules.js';
import { isAlertRule, parseAlertRule } from './parse-rule.js';

export const ALERT_RULE_SNAPSHOT_VERSION = 1;
/** Alerts that were cleared can still be acknowledged for a while: so many of them. */
const CLEARED_MAX = 256;

export type AlertRuleState = UnknownAlertRule | ActiveAlertRule | RetiredAlertRule;
export interface UnknownAlertRule {
  readonly phase: 'unknown';
}
export interface ActiveAlertRule {
  readonly phase: 'active';
  readonly ruleVersion: number;
  /** By device, the alert that fires. */
  readonly open: ReadonlyMap<string, OpenAlert>;
  /** By device, the place of its latest transition: what is not after it was told before. */
  readonly last: ReadonlyMap<string, TransitionPlace>;
  /** The latest that were cleared. */
  readonly cleared: readonly string[];
  readonly acknowledged: readonly string[];
  readonly silencedUntil: number;
  readonly recent: RecentCommands;
}
export interface RetiredAlertRule {
  readonly phase: 'retired';
  readonly recent: RecentCommands;
}
export interface OpenAlert {
  readonly alertId: string;
  readonly at: number;
}

type AlertRuleDecision = Decision<AlertRuleEvent>;
type PhaseRules<S> = Rules<S, AlertRuleCommand, AlertRuleEvent>;

export const alertRuleDecider: Decider<AlertRuleState, AlertRuleCommand, AlertRuleEvent> = {
  initial: { phase: 'unknown' },
  decide(state, told) {
    switch (state.phase) {
      case 'unknown':
        return applyRules(whenUnknown, state, told);
      case 'active':
        return state.recent.decideAgain(told) ?? applyRules(whenActive, state, told);
      case 'retired':
        return state.recent.decideAgain(told) ?? applyRules(whenRetired, state, told);
      default:
        return state satisfies never;
    }
  },
  evolve: evolveAlertRule,
};

const refuseUnknown = (): AlertRuleDecision => reject('alert-rule.unknown', 'there is no such alert rule');
const refuseOutdated = (): AlertRuleDecision => reject('alert.outdated', 'the rule has another version, or was retired');

const whenUnknown: PhaseRules<UnknownAlertRule> = {
  DefineAlertRule: (_, command) => (command.data.create ? define(command, 1) : refuseUnknown()),
  RetireAlertRule: refuseUnknown,
  RaiseAlert: refuseUnknown,
  ClearAlert: refuseUnknown,
  AcknowledgeAlert: refuseUnknown,
  SilenceAlertRule: refuseUnknown,
};

const whenActive: PhaseRules<ActiveAlertRule> = {
  DefineAlertRule: redefine,
  RetireAlertRule: retire,
  RaiseAlert: raise,
  ClearAlert: clear,
  AcknowledgeAlert: acknowledge,
  SilenceAlertRule: (_, { data }: SilenceAlertRule) => accept<AlertRuleEvent>({ type: 'AlertSilenced', data }),
};

const whenRetired: PhaseRules<RetiredAlertRule> = {
  DefineAlertRule: (_, { data }) => (data.create ? reject('alert-rule.id-taken', 'an alert rule existed under this id') : refuseUnknown()),
  RetireAlertRule: refuseUnknown,
  RaiseAlert: refuseOutdated,
  ClearAlert: refuseOutdated,
  AcknowledgeAlert: refuseUnknown,
  SilenceAlertRule: refuseUnknown,
};

function define({ data }: DefineAlertRule, ruleVersion: number, before: AlertRuleEvent[] = []): AlertRuleDecision {
  const rule = parseAlertRule(data.rule);
  if (!isAlertRule(rule)) return { kind: 'reject', rejection: rule };
  return accept<AlertRuleEvent>(...before, { type: 'AlertRuleDefined', data: { ruleVersion, rule } });
}

/** What fires under the former version is over: under the new one nothing has happened yet. */
function redefine(state: ActiveAlertRule, command: DefineAlertRule, { now }: Told<AlertRuleCommand>): AlertRuleDecision {
  if (command.data.create) return reject('alert-rule.id-taken', 'an alert rule exists under this id');
  return (
    whyChanged(state, command.data.expectedRuleVersion) ?? define(command, state.ruleVersion + 1, clearAll(state, 'rule-changed', now))
  );
}

function retire(state: ActiveAlertRule, { data }: RetireAlertRule, { now }: Told<AlertRuleCommand>): AlertRuleDecision {
  const changed = whyChanged(state, data.expectedRuleVersion);
  return changed ?? accept<AlertRuleEvent>(...clearAll(state, 'rule-retired', now), { type: 'AlertRuleRetired', data: {} });
}

function whyChanged({ ruleVersion }: ActiveAlertRule, expected: number | undefined): AlertRuleDecision | undefined {
  if (expected === undefined || expected === ruleVersion) return undefined;
  return reject('alert-rule.changed-meanwhile', `the rule is at version ${ruleVersion}, not ${expected}`);
}

function clearAll({ ruleVersion, open, last }: ActiveAlertRule, reason: ClearReason, now: number): AlertRuleEvent[] {
  return [...open].map(([deviceId, { alertId, at }]) => ({
    type: 'AlertCleared',
    data: { ...last.get(deviceId)!, alertId, ruleVersion, deviceId, at: Math.max(at, now), reason },
  }));
}

/** Whoever evaluates may tell the same twice, or begin again further back: only what comes after the latest is new. */
function raise(state: ActiveAlertRule, { data }: RaiseAlert): AlertRuleDecision {
  if (data.ruleVersion !== state.ruleVersion) return refuseOutdated();
  if (!isNew(state, data) || state.open.has(data.deviceId)) return accept();
  return accept<AlertRuleEvent>({ type: 'AlertRaised', data });
}

function clear(state: ActiveAlertRule, { data }: ClearAlert): AlertRuleDecision {
  if (data.ruleVersion !== state.ruleVersion) return refuseOutdated();
  if (!isNew(state, data) || state.open.get(data.deviceId)?.alertId !== data.alertId) return accept();
  return accept<AlertRuleEvent>({ type: 'AlertCleared', data });
}

function isNew({ last }: ActiveAlertRule, { deviceId, position, index }: TransitionPlace & { deviceId: string }): boolean {
  const before = last.get(deviceId);
  return before === undefined || position > before.position || (position === before.position && index > before.index);
}

function acknowledge({ open, cleared, acknowledged }: ActiveAlertRule, { data }: AcknowledgeAlert): AlertRuleDecision {
  const { alertId } = data;
  if (acknowledged.includes(alertId)) return accept();
  const known = cleared.includes(alertId) || [...open.values()].some((alert) => alert.alertId === alertId);
  return known ? accept<AlertRuleEvent>({ type: 'AlertAcknowledged', data }) : reject('alert.unknown', 'the rule has no such alert');
}

function evolveAlertRule(state: AlertRuleState, happened: Happened<AlertRuleEvent>): AlertRuleState {
  const { event } = happened;
  const recent = (state.phase === 'unknown' ? RecentCommands.none : state.recent).after(happened);
  if (event.type === 'AlertRuleDefined') {
    const before = state.phase === 'active' ? state : NOTHING;
    return { ...before, phase: 'active', ruleVersion: event.data.ruleVersion, open: new Map(), last: new Map(), recent };
  }
  if (state.phase !== 'active') return state.phase === 'unknown' ? state : { ...state, recent };
  switch (event.type) {
    case 'AlertRuleRetired':
      return { phase: 'retired', recent };
    case 'AlertRaised':
    case 'AlertCleared':
      return { ...evolveAlert(state, event), recent };
    case 'AlertAcknowledged':
      return { ...state, acknowledged: [...state.acknowledged, event.data.alertId].slice(-CLEARED_MAX), recent };
    case 'AlertSilenced':
      return { ...state, silencedUntil: event.data.until, recent };
    default:
      return event satisfies never;
  }
}

const NOTHING = { cleared: [], acknowledged: [], silencedUntil: 0 };

function evolveAlert(state: ActiveAlertRule, event: Extract<AlertRuleEvent, { type: 'AlertRaised' | 'AlertCleared' }>): ActiveAlertRule {
  const { deviceId, alertId, at, position, index } = event.data;
  const last = new Map(state.last).set(deviceId, { position, index });
  const open = new Map(state.open);
  if (event.type === 'AlertRaised') return { ...state, last, open: open.set(deviceId, { alertId, at }) };
  open.delete(deviceId);
  return { ...state, last, open, cleared: [...state.cleared, alertId].slice(-CLEARED_MAX) };
}

export type FrozenAlertRule =
  | { phase: 'unknown' }
  | { phase: 'retired'; recent: FrozenCommands }
  | (Omit<ActiveAlertRule, 'open' | 'last' | 'recent'> & {
      open: [string, OpenAlert][];
      last: [string, TransitionPlace][];
      recent: FrozenCommands;
    });

export function freezeAlertRule(state: AlertRuleState): FrozenAlertRule {
  if (state.phase === 'unknown') return state;
  const recent = state.recent.freeze();
  return state.phase === 'retired' ? { ...state, recent } : { ...state, open: [...state.open], last: [...state.last], recent };
}

export function thawAlertRule(frozen: unknown): AlertRuleState {
  const state = frozen as FrozenAlertRule;
  if (state.phase === 'unknown') return state;
  const recent = RecentCommands.thaw(state.recent);
  return state.phase === 'retired' ? { ...state, recent } : { ...state, open: new Map(state.open), last: new Map(state.last), recent };
}
