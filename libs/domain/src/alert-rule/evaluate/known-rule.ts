/** A rule in force, with what it knows of each device. */
import { keyOf, type DefinedRule, type EvaluationState, type FrozenRule, type KnownDevice } from './evaluation-state.js';
import type { EvaluationTools } from './leaf.js';
import { createRuleEvaluator, type RuleEvaluator } from './rule-evaluator.js';

export class KnownRule implements DefinedRule {
  readonly ruleVersion: number;
  readonly rule: DefinedRule['rule'];
  readonly definedAt: number;
  readonly position: number;
  /** Of its piece. */
  readonly key: string;
  readonly evaluator: RuleEvaluator;
  /** By device. One that is asleep has none. */
  readonly states = new Map<string, EvaluationState>();
  readonly asleep = new Set<string>();
  private readonly named: ReadonlySet<string> | undefined;
  /** Readings that came too late for devices that sleep or have slept since. */
  late = 0;
  /** Time alone changes nothing before this. */
  nextDeadline = Infinity;

  constructor(
    accountId: string,
    readonly ruleId: string,
    { ruleVersion, rule, definedAt, position }: DefinedRule,
    tools: EvaluationTools,
  ) {
    this.ruleVersion = ruleVersion;
    this.rule = rule;
    this.definedAt = definedAt;
    this.position = position;
    this.key = keyOf(accountId, 'rule', ruleId);
    this.evaluator = createRuleEvaluator(rule, tools);
    this.named = rule.devices.deviceIds && new Set(rule.devices.deviceIds);
  }

  /** In force, and moved by time alone. */
  get looksAtSilence(): boolean {
    return this.rule.enabled && this.evaluator.looksAtSilence;
  }

  looksAt(deviceId: string, { tags }: KnownDevice): boolean {
    const { enabled, devices } = this.rule;
    if (!enabled) return false;
    if (!this.named && !devices.tags) return true;
    if (this.named?.has(deviceId)) return true;
    const wanted = Object.entries(devices.tags ?? {});
    return wanted.length > 0 && wanted.every(([key, value]) => Object.hasOwn(tags, key) && tags[key] === value);
  }

  setState(deviceId: string, state: EvaluationState): EvaluationState {
    this.states.set(deviceId, state);
    this.noteDeadline(state);
    return state;
  }

  noteDeadline(state: EvaluationState): void {
    if (this.looksAtSilence) this.nextDeadline = Math.min(this.nextDeadline, this.evaluator.deadline(state));
  }

  forget(deviceId: string): EvaluationState | undefined {
    const state = this.states.get(deviceId);
    this.states.delete(deviceId);
    this.asleep.delete(deviceId);
    return state;
  }

  restore({ states, asleep }: FrozenRule): this {
    for (const [deviceId, state] of Object.entries(states)) this.setState(deviceId, state);
    for (const deviceId of asleep) this.asleep.add(deviceId);
    return this;
  }

  freeze(): FrozenRule {
    const { ruleVersion, rule, definedAt, position, states, asleep } = this;
    return { ruleVersion, rule, definedAt, position, states: Object.fromEntries(states), asleep: [...asleep] };
  }
}
