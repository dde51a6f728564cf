/** The rules and devices of one account, and which rule looks at which device. */
import { Ears } from './ears.js';
import { keyOf, type DefinedRule, type EvaluationState, type FrozenRule, type KnownDevice } from './evaluation-state.js';
import { KnownRule } from './known-rule.js';
import type { EvaluationTools } from './leaf.js';

/** A rule that does not look at a device any more, with what it knew of it. */
export interface Left {
  rule: KnownRule;
  deviceId: string;
  state: EvaluationState;
}

export class AccountRules {
  private readonly known = new Map<string, KnownRule>();
  private readonly devices = new Map<string, KnownDevice>();
  /** By device, worked out when it is first asked for. */
  private readonly ears = new Map<string, Ears>();
  /** Of the rules there are: those that time alone moves, and whether any looks at several devices. */
  private silent: readonly KnownRule[] = [];
  private compares = false;

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

  silenceRules(): readonly KnownRule[] {
    return this.silent;
  }

  device(deviceId: string): KnownDevice | undefined {
    return this.devices.get(deviceId);
  }

  /** Cheap for an account without rules. */
  hears(deviceId: string, owned: () => boolean): boolean {
    if (this.known.size === 0) return false;
    return (this.compares || owned()) && !this.earsOf(deviceId).empty;
  }

  earsOf(deviceId: string): Ears {
    let ears = this.ears.get(deviceId);
    if (!ears) this.ears.set(deviceId, (ears = this.listen(deviceId)));
    return ears;
  }

  private listen(deviceId: string): Ears {
    const device = this.devices.get(deviceId);
    const ears = new Ears(deviceId, device ? (device.heard ??= {}) : {});
    for (const rule of this.known.values()) {
      if (!rule.rule.enabled) continue;
      if (rule.evaluator.others.includes(deviceId)) {
        for (const [subject, one] of this.devices) if (rule.looksAt(subject, one)) ears.add({ rule, subject });
      } else if (device && this.owns(deviceId) && rule.looksAt(deviceId, device)) ears.add({ rule, subject: deviceId });
    }
    return ears.added();
  }

  stateOf(rule: KnownRule, deviceId: string): EvaluationState {
    const state = rule.states.get(deviceId);
    if (state) return state;
    const { since, position } = this.devices.get(deviceId)!;
    return rule.setState(deviceId, rule.evaluator.initial(Math.max(rule.definedAt, since), Math.max(rule.position, position)));
  }

  /** A new version begins anew with every device. Gives what the former one knew. */
  setRule(ruleId: string, defined: DefinedRule): Left[] {
    const left = this.removeRule(ruleId);
    const rule = new KnownRule(this.accountId, ruleId, defined, this.tools);
    this.addRule(rule);
    if (!rule.looksAtSilence) return left;
    for (const [deviceId, device] of this.devices) if (rule.looksAt(deviceId, device)) this.stateOf(rule, deviceId);
    return left;
  }

  removeRule(ruleId: string): Left[] {
    const rule = this.known.get(ruleId);
    if (!rule) return [];
    this.known.delete(ruleId);
    this.rulesChanged();
    return [...rule.states].map(([deviceId, state]) => ({ rule, deviceId, state }));
  }

  restoreRule(ruleId: string, frozen: FrozenRule): void {
    this.addRule(new KnownRule(this.accountId, ruleId, frozen, this.tools).restore(frozen));
  }

  private addRule(rule: KnownRule): void {
    this.known.set(rule.ruleId, rule);
    this.rulesChanged();
  }

  private rulesChanged(): void {
    this.silent = this.rules().filter(({ looksAtSilence }) => looksAtSilence);
    this.compares = this.rules().some(({ evaluator }) => evaluator.others.length > 0);
    this.ears.clear();
  }

  /** Gives those rules that looked at it and do not any more. */
  setDevice(deviceId: string, device: KnownDevice): Left[] {
    const heard = device.heard ?? this.devices.get(deviceId)?.heard;
    this.devices.set(deviceId, heard ? { ...device, heard } : device);
    this.forgetEars(deviceId);
    for (const rule of this.silent) if (rule.looksAt(deviceId, device)) this.stateOf(rule, deviceId);
    return this.leave(deviceId, (rule) => !rule.looksAt(deviceId, device));
  }

  removeDevice(deviceId: string): Left[] {
    this.devices.delete(deviceId);
    this.forgetEars(deviceId);
    return this.leave(deviceId, () => true);
  }

  private leave(deviceId: string, ends: (rule: KnownRule) => boolean): Left[] {
    return this.rules().flatMap((rule) => {
      if (!(rule.states.has(deviceId) || rule.asleep.has(deviceId)) || !ends(rule)) return [];
      const state = rule.forget(deviceId);
      return state ? [{ rule, deviceId, state }] : [];
    });
  }

  private forgetEars(deviceId: string): void {
    if (this.compares) this.ears.clear();
    else this.ears.delete(deviceId);
  }
}
