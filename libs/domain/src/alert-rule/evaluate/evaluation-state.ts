/** What is known between two readings, and what came of one: plain JSON. */
import type { AlertRule, TransitionPlace } from '#contracts';
import type { LeafState } from './leaf.js';
import type { MachineState } from './machine.js';

/** Of a rule with one device. Its size is that of what the rule looks at, not of what came. */
export interface EvaluationState {
  machine: MachineState;
  /** The rule's clock: device time, or that of arrival where the rule looks at silence. It never goes back. */
  time: number;
  /** The event that moved the state last, and how often time alone has since. */
  position: number;
  ticks: number;
  /** By input: the latest value and its device time. */
  values: (number | null)[];
  latest: number[];
  leaves: LeafState[];
  /** Readings older than the latest of their field. */
  late: number;
}

export type Transition =
  | (TransitionPlace & { kind: 'raised'; since: number; at: number; cause: string; value?: number })
  | (TransitionPlace & { kind: 'cleared'; at: number; raised: TransitionPlace });

/** A device as rules know it. */
export interface KnownDevice {
  tags: Record<string, string>;
  /** When it came to be as it is, and by which event: what waits for its readings waits from then on. */
  since: number;
  position: number;
  /** By field that rules sleep on: the device time of the latest reading that they all know. */
  heard?: Record<string, number>;
}

export interface DefinedRule {
  ruleVersion: number;
  rule: AlertRule;
  definedAt: number;
  position: number;
}

export interface FrozenRule extends DefinedRule {
  /** By device, where there is more to know than that all is well. */
  states: Record<string, EvaluationState>;
  /** Devices with which all is well. */
  asleep: string[];
}

/** A piece of what is known: of one rule, with its states by device, or of one device. `state` null: it is gone. */
export interface EvaluationPiece {
  accountId: string;
  kind: 'rule' | 'device';
  id: string;
  state: FrozenRule | KnownDevice | null;
}

/** An account id has no dot, a kind neither. */
export const keyOf = (accountId: string, kind: EvaluationPiece['kind'], id: string): string => `${accountId}.${kind}.${id}`;

export function partsOfKey(key: string): [accountId: string, kind: EvaluationPiece['kind'], id: string] {
  const first = key.indexOf('.');
  const second = key.indexOf('.', first + 1);
  return [key.slice(0, first), key.slice(first + 1, second) as EvaluationPiece['kind'], key.slice(second + 1)];
}
