/** The alert rule: its versions, the alerts that are open under it, and what people say of them. Stream: `alert-rule-<account>.<rule>`. */
import type { AcknowledgeAlert, AlertRuleCommand, AlertRuleEvent, ClearAlert, DefineAlertRule, RaiseAlert } from '#contracts';
import type { RetireAlertRule, SilenceAlertRule, TransitionPlace } from '#contracts';
import { accept, reject, type Decider, type Decision, type Happened } from '../kernel/decider.js';
import { RecentCommands, type FrozenCommands } from '../kernel/recent-commands.js';
import { applyRules, type Rules } from '../kernel/rules.js';
import { isAlertRule, parseAlertRule } from './parse-rule.js';

export const ALERT_RULE_SNAPSHOT_VERSION = 2;
/** Alerts that were cleared can still be acknowledged for a while: so many of them. */
const CLEARED_MAX = 256;

export type AlertRuleState = UnknownAlertRule | ActiveAlertRule | RetiredAlertRule;
export interface UnknownAlertRule {
  readonly phase: 'unknown';
}
/** Alerts under it, whichever its version: whoever evaluates may come to them after the rule was edited, or even retired. */
interface Alerts {
  readonly ruleVersion: number;
  /** By device, the alert that fires. */
  readonly open: ReadonlyMap<string, OpenAlert>;
  /** By device, the place of its latest transition: what is not after it was told before. */
  readonly last: ReadonlyMap<string, TransitionPlace>;
  readonly recent: RecentCommands;
}
export interface ActiveAlertRule extends Alerts {
  readonly phase: 'active';
  /** The latest that were cleared. */
  readonly cleared: readonly string[];
  readonly acknowledged: readonly string[];
  readonly silencedUntil: number;
}
export interface RetiredAlertRule extends Alerts {
  readonly phase: 'retired';
}
export interface OpenAlert {
  readonly alertId: string;
  readonly ruleVersion: number;
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
const refuseOutdated = (): AlertRuleDecision => reject('alert.outdated', 'the rule has no such version');

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
  RaiseAlert: raise,
  ClearAlert: clear,
  AcknowledgeAlert: refuseUnknown,
  SilenceAlertRule: refuseUnknown,
};

function define({ data }: DefineAlertRule, ruleVersion: number): AlertRuleDecision {
  const rule = parseAlertRule(data.rule);
  if (!isAlertRule(rule)) return { kind: 'reject', rejection: rule };
  return accept<AlertRuleEvent>({ type: 'AlertRuleDefined', data: { ruleVersion, rule } });
}

/** What fires under the former version is cleared by whoever evaluates, when he comes to this event: the log alone says what fired. */
function redefine(state: ActiveAlertRule, command: DefineAlertRule): AlertRuleDecision {
  if (command.data.create) return reject('alert-rule.id-taken', 'an alert rule exists under this id');
  return whyChanged(state, command.data.expectedRuleVersion) ?? define(command, state.ruleVersion + 1);
}

function retire(state: ActiveAlertRule, { data }: RetireAlertRule): AlertRuleDecision {
  return whyChanged(state, data.expectedRuleVersion) ?? accept<AlertRuleEvent>({ type: 'AlertRuleRetired', data: {} });
}

function whyChanged({ ruleVersion }: ActiveAlertRule, expected: number | undefined): AlertRuleDecision | undefined {
  if (expected === undefined || expected === ruleVersion) return undefined;
  return reject('alert-rule.changed-meanwhile', `the rule is at version ${ruleVersion}, not ${expected}`);
}

/** Whoever evaluates may tell the same twice, or begin again further back: only what comes after the latest is new. Where he came to another end than
 *  before, which only a lost clock can bring about, what fires is over: it must not fire for ever. */
function raise(state: Alerts, { data }: RaiseAlert): AlertRuleDecision {
  if (data.ruleVersion > state.ruleVersion) return refuseOutdated();
  if (!isNew(state, data)) return accept();
  const before = state.open.get(data.deviceId);
  const over: AlertRuleEvent[] = before ? [endOf(before, data)] : [];
  return accept<AlertRuleEvent>(...over, { type: 'AlertRaised', data });
}

function endOf({ alertId, ruleVersion }: OpenAlert, { position, index, deviceId, at }: RaiseAlert['data']): AlertRuleEvent {
  return { type: 'AlertCleared', data: { position, index, alertId, ruleVersion, deviceId, at, reason: 'recovered' } };
}

function clear(state: Alerts, { data }: ClearAlert): AlertRuleDecision {
  if (!isNew(state, data) || state.open.get(data.deviceId)?.alertId !== data.alertId) return accept();
  return accept<AlertRuleEvent>({ type: 'AlertCleared', data });
}

function isNew({ last }: Alerts, { deviceId, position, index }: TransitionPlace & { deviceId: string }): boolean {
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
    const { ruleVersion } = event.data;
    return state.phase === 'active' ? { ...state, ruleVersion, recent } : { ...NOTHING, phase: 'active', ruleVersion, recent };
  }
  if (state.phase === 'unknown') return state;
  if (event.type === 'AlertRaised' || event.type === 'AlertCleared') return { ...evolveAlert(state, event), recent };
  if (state.phase === 'retired') return { ...state, recent };
  switch (event.type) {
    case 'AlertRuleRetired': {
      const { ruleVersion, open, last } = state;
      return { phase: 'retired', ruleVersion, open, last, recent };
    }
    case 'AlertAcknowledged':
      return { ...state, acknowledged: [...state.acknowledged, event.data.alertId].slice(-CLEARED_MAX), recent };
    case 'AlertSilenced':
      return { ...state, silencedUntil: event.data.until, recent };
    default:
      return event satisfies never;
  }
}

const NOTHING = { open: new Map(), last: new Map(), cleared: [], acknowledged: [], silencedUntil: 0 };

type AlertEvent = Extract<AlertRuleEvent, { type: 'AlertRaised' | 'AlertCleared' }>;

function evolveAlert<S extends ActiveAlertRule | RetiredAlertRule>(state: S, { type, data }: AlertEvent): S {
  const { deviceId, alertId, ruleVersion, position, index } = data;
  const last = new Map(state.last).set(deviceId, { position, index });
  const open = new Map(state.open);
  if (type === 'AlertRaised') return { ...state, last, open: open.set(deviceId, { alertId, ruleVersion }) };
  open.delete(deviceId);
  if (state.phase === 'retired') return { ...state, last, open };
  return { ...state, last, open, cleared: [...state.cleared, alertId].slice(-CLEARED_MAX) };
}

type Frozen<S> = Omit<S, 'open' | 'last' | 'recent'> & {
  open: [string, OpenAlert][];
  last: [string, TransitionPlace][];
  recent: FrozenCommands;
};
export type FrozenAlertRule = UnknownAlertRule | Frozen<ActiveAlertRule> | Frozen<RetiredAlertRule>;

export function freezeAlertRule(state: AlertRuleState): FrozenAlertRule {
  if (state.phase === 'unknown') return state;
  return { ...state, open: [...state.open], last: [...state.last], recent: state.recent.freeze() };
}

export function thawAlertRule(frozen: unknown): AlertRuleState {
  const state = frozen as FrozenAlertRule;
  if (state.phase === 'unknown') return state;
  return { ...state, open: new Map(state.open), last: new Map(state.last), recent: RecentCommands.thaw(state.recent) };
}
