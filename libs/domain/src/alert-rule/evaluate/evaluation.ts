/** All rules over all devices of a share of the log: a pure reducer of events into alerts raised and cleared. Live evaluation and back-tests
 *  are this over different events. */
import { alertRuleOf, deviceOf, deviceStream } from '#contracts';
import type { AlertRule, ClearReason, RecordedEvent } from '#contracts';
import { AccountRules, type Left } from './account-rules.js';
import { keyOf, partsOfKey, type EvaluationPiece, type FrozenRule, type KnownDevice, type Transition } from './evaluation-state.js';
import type { KnownRule } from './known-rule.js';
import type { EvaluationTools } from './leaf.js';
import { ReadingBatch } from './reading-batch.js';

/** Raised when states or what comes of them change: snapshots of another version are not used. */
export const EVALUATION_VERSION = 2;

/** What one rule decided of one device. */
export interface Decided {
  accountId: string;
  ruleId: string;
  ruleVersion: number;
  deviceId: string;
  transition: Transition & { reason?: ClearReason };
}

const NONE: readonly Decided[] = [];

export class Evaluation {
  private readonly accounts = new Map<string, AccountRules>();
  /** Pieces that are not as they were at the last `changed`. */
  private readonly dirty = new Set<string>();

  /** `owns`: whether it is ours to look at the device of this stream; that others' readings count in comparisons is seen to. */
  constructor(
    private readonly tools: EvaluationTools,
    private readonly owns: (stream: string) => boolean,
  ) {}

  /** Whether the readings of this stream matter here. */
  hears(stream: string): boolean {
    const { accountId, deviceId } = deviceOf(stream);
    return this.accounts.get(accountId)?.hears(deviceId, () => this.owns(stream)) ?? false;
  }

  /** Events in order of position. Those that matter to no rule cost nearly nothing: their data is not even read. */
  take(event: RecordedEvent): readonly Decided[] {
    switch (event.type) {
      case 'ReadingsReceived':
        return this.receive(event);
      case 'DeviceRegistered':
      case 'DeviceDescribed':
      case 'DeviceRetired':
        return this.owns(event.stream) ? this.takeDevice(event) : NONE;
      case 'AlertRuleDefined':
      case 'AlertRuleRetired':
        return this.takeRule(event);
      default:
        return NONE;
    }
  }

  /** The clock of arrival has come to `now`. */
  advance(now: number): Decided[] {
    const decided: Decided[] = [];
    for (const account of this.accounts.values()) {
      for (const rule of account.silenceRules()) {
        if (rule.nextDeadline > now) continue;
        rule.nextDeadline = Infinity;
        for (const [deviceId, state] of rule.states) {
          const transitions = rule.evaluator.advance(state, now);
          rule.noteDeadline(state);
          this.note(decided, account, { rule, deviceId, transitions });
        }
      }
    }
    return decided;
  }

  /** What changed since this was asked last. */
  changed(): EvaluationPiece[] {
    const pieces = [...this.dirty].map((key) => this.piece(key));
    this.dirty.clear();
    return pieces;
  }

  /** Pieces that were not stored after all. */
  remember(pieces: readonly EvaluationPiece[]): void {
    for (const { accountId, kind, id } of pieces) this.dirty.add(keyOf(accountId, kind, id));
  }

  /** All that is known. */
  everything(): EvaluationPiece[] {
    return [...this.accounts.values()].flatMap((account) => account.keys().map((key) => this.piece(key)));
  }

  rule(accountId: string, ruleId: string): KnownRule | undefined {
    return this.accounts.get(accountId)?.rule(ruleId);
  }

  /** Into an evaluation that knows nothing yet. */
  restore(pieces: readonly EvaluationPiece[]): void {
    for (const { accountId, kind, id, state } of pieces) {
      if (kind === 'device') this.account(accountId).setDevice(id, state as KnownDevice);
      else this.account(accountId).restoreRule(id, state as FrozenRule);
    }
  }

  /** Readings that were too late to count, by any of the rules. */
  get late(): number {
    const rules = [...this.accounts.values()].flatMap((account) => account.rules());
    return rules.reduce((sum, { states, late }) => [...states.values()].reduce((more, state) => more + state.late, sum + late), 0);
  }

  private receive(event: RecordedEvent): readonly Decided[] {
    const { accountId, deviceId } = deviceOf(event.stream);
    const account = this.accounts.get(accountId);
    const ears = account?.earsOf(deviceId);
    if (!account || !ears || ears.empty) return NONE;
    const data = event.data as { time: number[]; fields: never };
    const { position } = event;
    const batch = new ReadingBatch({ deviceId, position, recordedAt: event.metadata.recordedAt, time: data.time, fields: data.fields });
    ears.wake(batch);
    if (account.device(deviceId)) this.dirty.add(keyOf(accountId, 'device', deviceId));
    let decided: Decided[] | undefined;
    for (const { rule, subject } of ears.awake) {
      const state = account.stateOf(rule, subject);
      const transitions = rule.evaluator.receive(state, subject, batch);
      rule.noteDeadline(state);
      this.dirty.add(rule.key);
      if (transitions.length > 0) this.note((decided ??= []), account, { rule, deviceId: subject, transitions });
    }
    ears.sleep();
    return decided ?? NONE;
  }

  private takeRule(event: RecordedEvent): Decided[] {
    const { accountId, ruleId } = alertRuleOf(event.stream);
    const account = this.account(accountId);
    this.dirty.add(keyOf(accountId, 'rule', ruleId));
    if (event.type === 'AlertRuleRetired') return this.leave(account, account.removeRule(ruleId), event, 'rule-retired');
    const { ruleVersion, rule } = event.data as { ruleVersion: number; rule: AlertRule };
    const left = account.setRule(ruleId, { ruleVersion, rule, definedAt: event.metadata.recordedAt, position: event.position });
    return this.leave(account, left, event, 'rule-changed');
  }

  private takeDevice(event: RecordedEvent): Decided[] {
    const { accountId, deviceId } = deviceOf(event.stream);
    const account = this.account(accountId);
    this.dirty.add(keyOf(accountId, 'device', deviceId));
    const at = event.metadata.recordedAt;
    if (event.type === 'DeviceRetired') {
      const left = account.removeDevice(deviceId);
      return this.leave(account, left, event, 'device-retired');
    }
    const { tags } = event.data as { tags?: Record<string, string> };
    const before = account.device(deviceId);
    if (before && !tags) return [];
    const left = account.setDevice(deviceId, { tags: tags ?? {}, since: at, position: event.position });
    return this.leave(account, left, event, 'device-left');
  }

  /** What fires for a device is over where the rule does not look at it any more, or is another; silence until then counts. */
  private leave(account: AccountRules, left: readonly Left[], event: RecordedEvent, reason: ClearReason): Decided[] {
    const decided: Decided[] = [];
    const { position } = event;
    const { recordedAt } = event.metadata;
    for (const { rule, deviceId, state } of left) {
      this.dirty.add(rule.key);
      const transitions: Decided['transition'][] = [...rule.evaluator.advance(state, recordedAt)];
      const { raised } = state.machine;
      const at = Math.max(state.time, recordedAt);
      if (raised) transitions.push({ kind: 'cleared', position, index: 0, at, raised, reason });
      this.note(decided, account, { rule, deviceId, transitions });
    }
    return decided;
  }

  private note(
    decided: Decided[],
    { accountId }: AccountRules,
    { rule, deviceId, transitions }: { rule: KnownRule; deviceId: string; transitions: readonly Decided['transition'][] },
  ): void {
    if (transitions.length > 0) this.dirty.add(rule.key);
    const { ruleId, ruleVersion } = rule;
    for (const transition of transitions) decided.push({ accountId, ruleId, ruleVersion, deviceId, transition });
  }

  private account(accountId: string): AccountRules {
    let account = this.accounts.get(accountId);
    if (!account) {
      account = new AccountRules(accountId, this.tools, (deviceId) => this.owns(deviceStream(accountId, deviceId)));
      this.accounts.set(accountId, account);
    }
    return account;
  }

  private piece(key: string): EvaluationPiece {
    const [accountId, kind, id] = partsOfKey(key);
    const account = this.accounts.get(accountId);
    const state = kind === 'device' ? account?.device(id) : account?.rule(id)?.freeze();
    return { accountId, kind, id, state: state ?? null };
  }
}
