/** The rules and devices of one account, and which rule looks at which device. */
import type { AlertRule, TransitionPlace } from '#contracts';
import { keyOf, type DefinedRule, type EvaluationState, type FrozenRule, type KnownDevice } from './evaluation-state.js';
import type { EvaluationTools } from './leaf.js';
import { createRuleEvaluator, type RuleEvaluator } from './rule-evaluator.js';

export interface KnownRule extends DefinedRule {
  ruleId: string;
  /** Of its piece. */
  key: string;
  evaluator: RuleEvaluator;
  states: Map<string, EvaluationState>;
}

/** A rule that is told of readings, for the sake of the device `subject`. */
export interface Listening {
  rule: KnownRule;
  subject: string;
}

export interface Left {
  rule: KnownRule;
  deviceId: string;
  raised: TransitionPlace | null;
}

const NOBODY: readonly Listening[] = [];

export class AccountRules {
  private readonly known = new Map<string, KnownRule>();
  private readonly devices = new Map<string, KnownDevice>();
  /** By device, worked out when it is first asked for. */
  private readonly listeners = new Map<string, readonly Listening[]>();

  constructor(
    readonly accountId: string,
    private readonly tools: EvaluationTools,
    private readonly owns: (deviceId: string) => boolean,
  ) {}

  rules(): KnownRule[] {
    return [...this.known.values()];
  }

  rule(ruleId: string): KnownRule | undefined {
    return this.known.get(ruleId);
  }

  keys(): string[] {
    const devices = [...this.devices.keys()].map((deviceId) => keyOf(this.accountId, 'device', deviceId));
    return [...this.rules().map(({ key }) => key), ...devices];
  }

  silenceRules(): KnownRule[] {
    return this.rules().filter(({ rule, evaluator }) => rule.enabled && evaluator.looksAtSilence);
  }

  device(deviceId: string): KnownDevice | undefined {
    return this.devices.get(deviceId);
  }

  /** Cheap for an account without rules. */
  hears(deviceId: string, owned: () => boolean): boolean {
    if (this.known.size === 0) return false;
    return (owned() || this.hasComparisons()) && this.listening(deviceId).length > 0;
  }

  listening(deviceId: string): readonly Listening[] {
    if (this.known.size === 0) return NOBODY;
    const known = this.listeners.get(deviceId);
    if (known) return known;
    const found: Listening[] = [];
    for (const rule of this.known.values()) {
      if (!rule.rule.enabled) continue;
      if (rule.evaluator.others.includes(deviceId)) {
        for (const [subject, device] of this.devices) if (looksAt(rule.rule, subject, device)) found.push({ rule, subject });
      } else {
        const device = this.devices.get(deviceId);
        if (device && this.owns(deviceId) && looksAt(rule.rule, deviceId, device)) found.push({ rule, subject: deviceId });
      }
    }
    this.listeners.set(deviceId, found);
    return found;
  }

  stateOf(rule: KnownRule, deviceId: string): EvaluationState {
    let state = rule.states.get(deviceId);
    if (!state) {
      const device = this.devices.get(deviceId)!;
      state = rule.evaluator.initial(Math.max(rule.definedAt, device.since), Math.max(rule.position, device.position));
      rule.states.set(deviceId, state);
    }
    return state;
  }

  /** A new version begins anew with every device. */
  setRule(ruleId: string, defined: DefinedRule): void {
    const evaluator = createRuleEvaluator(defined.rule, this.tools);
    const rule: KnownRule = { ...defined, ruleId, key: keyOf(this.accountId, 'rule', ruleId), evaluator, states: new Map() };
    this.known.set(ruleId, rule);
    this.listeners.clear();
    if (!evaluator.looksAtSilence || !defined.rule.enabled) return;
    for (const [deviceId, device] of this.devices) if (looksAt(defined.rule, deviceId, device)) this.stateOf(rule, deviceId);
  }

  removeRule(ruleId: string): void {
    this.known.delete(ruleId);
    this.listeners.clear();
  }

  restoreRule(ruleId: string, { states, ...defined }: FrozenRule): void {
    this.known.set(ruleId, {
      ...defined,
      ruleId,
      key: keyOf(this.accountId, 'rule', ruleId),
      evaluator: createRuleEvaluator(defined.rule, this.tools),
      states: new Map(Object.entries(states)),
    });
    this.listeners.clear();
  }

  frozenRule(ruleId: string): FrozenRule | undefined {
    const known = this.known.get(ruleId);
    if (!known) return undefined;
    const { ruleVersion, rule, definedAt, position, states } = known;
    return { ruleVersion, rule, definedAt, position, states: Object.fromEntries(states) };
  }

  /** Gives those rules that looked at it and do not any more. */
  setDevice(deviceId: string, device: KnownDevice): Left[] {
    this.devices.set(deviceId, device);
    this.forgetListeners(deviceId);
    for (const rule of this.silenceRules()) if (looksAt(rule.rule, deviceId, device)) this.stateOf(rule, deviceId);
    return this.endStates(deviceId, ({ rule }) => !looksAt(rule, deviceId, device));
  }

  removeDevice(deviceId: string): Left[] {
    this.devices.delete(deviceId);
    this.forgetListeners(deviceId);
    return this.endStates(deviceId, () => true);
  }

  private endStates(deviceId: string, ends: (rule: KnownRule) => boolean): Left[] {
    const left: Left[] = [];
    for (const rule of this.known.values()) {
      const state = rule.states.get(deviceId);
      if (!state || !ends(rule)) continue;
      rule.states.delete(deviceId);
      left.push({ rule, deviceId, raised: state.machine.raised });
    }
    return left;
  }

  private forgetListeners(deviceId: string): void {
    if (this.hasComparisons()) this.listeners.clear();
    else this.listeners.delete(deviceId);
  }

  private hasComparisons(): boolean {
    return this.rules().some(({ evaluator }) => evaluator.others.length > 0);
  }
}

function looksAt({ devices, enabled }: AlertRule, deviceId: string, { tags }: KnownDevice): boolean {
  if (!enabled) return false;
  const { deviceIds, tags: wanted } = devices;
  if (deviceIds === undefined && wanted === undefined) return true;
  if (deviceIds?.includes(deviceId)) return true;
  return wanted !== undefined && Object.entries(wanted).every(([key, value]) => Object.hasOwn(tags, key) && tags[key] === value);
}
