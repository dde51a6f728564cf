/** A condition, taken apart into its leaves and how they are combined. */
import type { AlertCondition } from '#contracts';
import type { EvaluationTools, Input, Leaf, LeafCondition, LeafState } from './leaf.js';
import { compileLeaf } from './leaves.js';

export interface ConditionTree {
  leaves: readonly Leaf[];
  /** All inputs of all leaves, each once. */
  inputs: readonly Input[];
  /** By leaf, its inputs among all. */
  inputsOf: readonly (readonly number[])[];
  /** Whether it holds, by the states of the leaves. */
  holds(states: readonly LeafState[]): boolean;
  /** Leaves that make it hold, the first first. */
  holding(states: readonly LeafState[]): number[];
}

export function compileTree(condition: AlertCondition, tools: EvaluationTools): ConditionTree {
  const leaves: Leaf[] = [];
  const root = build(condition, leaves, tools);
  const inputs: Input[] = [];
  const indexOf = (input: Input): number => {
    const known = inputs.findIndex(({ deviceId, field }) => deviceId === input.deviceId && field === input.field);
    return known >= 0 ? known : inputs.push(input) - 1;
  };
  const inputsOf = leaves.map((leaf) => leaf.inputs.map(indexOf));
  return {
    leaves,
    inputs,
    inputsOf,
    holds: root,
    holding: (states) => states.flatMap(({ h }, i) => (h ? [i] : [])),
  };
}

type Node = (states: readonly LeafState[]) => boolean;

function build(condition: AlertCondition, leaves: Leaf[], tools: EvaluationTools): Node {
  if (!isNested(condition)) {
    const i = leaves.push(compileLeaf(condition, tools)) - 1;
    return (states) => states[i]!.h;
  }
  const nodes = condition.of.map((each) => build(each, leaves, tools));
  return condition.type === 'all' ? (states) => nodes.every((node) => node(states)) : (states) => nodes.some((node) => node(states));
}

function isNested(condition: AlertCondition): condition is Exclude<AlertCondition, LeafCondition> {
  return condition.type === 'all' || condition.type === 'any';
}
