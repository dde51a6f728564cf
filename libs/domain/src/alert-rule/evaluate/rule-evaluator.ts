/** A rule over one device: a pure reducer of readings, in order of arrival, into alerts raised and cleared. Live, in replay and in back-tests it
 *  is this one. States are plain JSON; they are changed in place, because nobody else holds them. */
import type { AlertRule, TransitionPlace } from '#contracts';
import { compileSchedule } from '../schedule.js';
import { nextDeadline, tickPlace } from './clock.js';
import { compileTree, type ConditionTree } from './condition-tree.js';
import type { EvaluationState, Transition } from './evaluation-state.js';
import type { EvaluationTools, Extremes, Input } from './leaf.js';
import { createMachine, type Machine } from './machine.js';
import { isValue, type NumericColumn, type ReadingBatch } from './reading-batch.js';
import type { SilenceState } from './silence-leaf.js';

export interface RuleEvaluator {
  /** Fields of other devices than the one in question. */
  readonly others: readonly string[];
  /** Whether time alone can move it. */
  readonly looksAtSilence: boolean;
  initial(startedAt: number, position: number): EvaluationState;
  /** Readings of the device `subject` itself, or of one of `others`. */
  receive(state: EvaluationState, subject: string, batch: ReadingBatch): readonly Transition[];
  /** The clock of arrival has come to `now`, and nothing came. Whether and when this is told changes nothing but when it becomes known. */
  advance(state: EvaluationState, now: number): readonly Transition[];
  /** When time alone may change something next. */
  deadline(state: EvaluationState): number;
  /** The field of the device that is all it looks at, where no more than the age of its latest value is known while all is well. */
  readonly sleepsOn: string | undefined;
  canSleep(state: EvaluationState): boolean;
  /** Exactly the values between these change nothing for one that sleeps. */
  readonly quiet: Extremes;
  /** What one that sleeps would know. */
  awoken(latest: number): EvaluationState;
}

/** Before all time. */
const NEVER = Number.MIN_SAFE_INTEGER;
const NONE: readonly Transition[] = [];
const CAUSES_MAX = 3;

export function createRuleEvaluator(rule: AlertRule, tools: EvaluationTools): RuleEvaluator {
  return new Evaluator(rule, tools);
}

export class Evaluator implements RuleEvaluator {
  readonly tree: ConditionTree;
  readonly machine: Machine;
  readonly inForce: ((time: number) => boolean) | undefined;
  readonly others: readonly string[];
  readonly looksAtSilence: boolean;
  readonly sleepsOn: string | undefined;
  readonly quiet: Extremes;
  /** By leaf: its states look at these values; kept so that none is made for each reading. */
  private readonly seen: (number | null)[][];
  private readonly touched: boolean[];

  constructor(
    readonly rule: AlertRule,
    tools: EvaluationTools,
  ) {
    this.tree = compileTree(rule.condition, tools);
    this.machine = createMachine(rule);
    this.inForce = rule.schedule && compileSchedule(rule.schedule);
    this.others = [...new Set(this.tree.inputs.flatMap(({ deviceId }) => (deviceId === undefined ? [] : [deviceId])))];
    this.looksAtSilence = this.tree.leaves.some(({ silence }) => silence !== undefined);
    const [first, ...more] = this.tree.inputs;
    const plain = this.tree.leaves.every(({ quiet }) => quiet !== undefined);
    this.sleepsOn = plain && more.length === 0 && first?.deviceId === undefined ? first?.field : undefined;
    this.quiet = {
      min: Math.max(...this.tree.leaves.map(({ quiet }) => quiet?.min ?? Infinity)),
      max: Math.min(...this.tree.leaves.map(({ quiet }) => quiet?.max ?? -Infinity)),
    };
    this.seen = this.tree.inputsOf.map((inputs) => inputs.map(() => null));
    this.touched = this.tree.inputs.map(() => false);
  }

  initial(startedAt: number, position: number): EvaluationState {
    const { leaves, inputs } = this.tree;
    return {
      machine: this.machine.initial(),
      time: this.looksAtSilence ? startedAt : NEVER,
      position,
      ticks: 0,
      values: inputs.map(() => null),
      latest: inputs.map(() => NEVER),
      leaves: leaves.map((leaf) => leaf.initial(startedAt)),
      late: 0,
    };
  }

  receive(state: EvaluationState, subject: string, batch: ReadingBatch): readonly Transition[] {
    const own = this.inputsIn(subject, batch);
    if (!this.looksAtSilence && (own.length === 0 || this.passesUnnoticed(state, own, batch))) return NONE;
    const transitions = this.looksAtSilence ? [...this.advance(state, batch.recordedAt)] : [];
    const heard = this.looksAtSilence && this.hear(state, subject, batch);
    if (own.length > 0) this.receiveRows(state, own, batch, transitions);
    // After the rows, whose places it must not take.
    if (heard) this.moveAt(state, batch.position, batch.time.length, transitions);
    return transitions;
  }

  advance(state: EvaluationState, now: number): readonly Transition[] {
    if (!this.looksAtSilence) return NONE;
    const transitions: Transition[] = [];
    for (let next = nextDeadline(this, state); next <= now; next = nextDeadline(this, state)) {
      state.time = Math.max(state.time, next);
      this.tree.leaves.forEach(({ silence }, i) => {
        const leaf = state.leaves[i] as SilenceState;
        if (silence && leaf.arrivedAt + silence.withinMs <= next) leaf.h = true;
      });
      this.move(state, tickPlace(state), transitions);
    }
    return transitions;
  }

  deadline(state: EvaluationState): number {
    return nextDeadline(this, state);
  }

  canSleep({ machine, leaves, time }: EvaluationState): boolean {
    return this.sleepsOn !== undefined && this.machine.isSettled(machine, time) && !leaves.some(({ h }) => h);
  }

  awoken(latest: number): EvaluationState {
    const state = this.initial(latest, 0);
    state.machine.phase = 'ok';
    state.latest[0] = state.time = latest;
    return state;
  }

  /** Inputs that this batch has columns for. */
  private inputsIn(subject: string, batch: ReadingBatch): { input: number; spec: Input; column: NumericColumn }[] {
    const found: { input: number; spec: Input; column: NumericColumn }[] = [];
    const { inputs } = this.tree;
    for (let input = 0; input < inputs.length; input++) {
      const spec = inputs[input]!;
      if ((spec.deviceId ?? subject) !== batch.deviceId) continue;
      const column = batch.column(spec.field);
      if (column) found.push({ input, spec, column });
    }
    return found;
  }

  /** Where no reading of the batch can change anything but the latest values, they are not looked at one by one: the same state comes out. */
  private passesUnnoticed(state: EvaluationState, own: readonly { input: number; spec: Input }[], batch: ReadingBatch): boolean {
    const { leaves, inputsOf, holds } = this.tree;
    const { machine } = state;
    const quiet = machine.phase === 'ok' || machine.phase === 'no-data' || machine.phase === 'firing';
    if (!quiet || (machine.phase === 'firing') !== holds(state.leaves) || (this.inForce && machine.phase === 'firing')) return false;
    for (const { input, spec } of own) {
      const summary = batch.summary(spec.field);
      if (!summary) continue;
      if (!summary.ascending || summary.firstTime < state.latest[input]!) return false;
      for (let i = 0; i < leaves.length; i++) {
        if (inputsOf[i]!.includes(input) && !leaves[i]!.stays?.(state.leaves[i]!, summary)) return false;
      }
    }
    this.takeOver(state, own, batch);
    return true;
  }

  private takeOver(state: EvaluationState, own: readonly { input: number; spec: Input }[], batch: ReadingBatch): void {
    let firstIndex = Infinity;
    let lastTime = state.time;
    for (const { input, spec } of own) {
      const summary = batch.summary(spec.field);
      if (!summary) continue;
      state.values[input] = summary.lastValue;
      state.latest[input] = summary.lastTime;
      firstIndex = Math.min(firstIndex, summary.firstIndex);
      lastTime = Math.max(lastTime, summary.lastTime);
    }
    if (firstIndex === Infinity) return;
    if (state.machine.phase === 'no-data') {
      state.machine.phase = 'ok';
      state.machine.since = Math.max(state.time, batch.time[firstIndex]!);
    }
    state.time = lastTime;
    state.position = batch.position;
    state.ticks = 0;
  }

  /** Something came: what waited for it waits anew. */
  private hear(state: EvaluationState, subject: string, batch: ReadingBatch): boolean {
    state.time = Math.max(state.time, batch.recordedAt);
    state.position = batch.position;
    state.ticks = 0;
    if (batch.deviceId !== subject) return false;
    let heard = false;
    this.tree.leaves.forEach(({ silence }, i) => {
      if (!silence || (silence.field !== undefined && !carries(batch, silence.field))) return;
      const leaf = state.leaves[i] as SilenceState;
      leaf.arrivedAt = Math.max(leaf.arrivedAt, batch.recordedAt);
      leaf.h = false;
      heard = true;
    });
    return heard;
  }

  private receiveRows(
    state: EvaluationState,
    own: readonly { input: number; column: NumericColumn }[],
    batch: ReadingBatch,
    transitions: Transition[],
  ): void {
    const { time, position } = batch;
    for (let index = 0; index < time.length; index++) {
      const at = time[index]!;
      let [moved, late] = [false, false];
      for (const { input, column } of own) {
        const value = column[index]!;
        this.touched[input] = false;
        if (!isValue(value)) continue;
        if (at < state.latest[input]!) late = true;
        else {
          state.latest[input] = at;
          state.values[input] = value;
          this.touched[input] = moved = true;
        }
      }
      if (late) state.late++;
      if (!moved) continue;
      if (!this.looksAtSilence && at > state.time) state.time = at;
      state.position = position;
      state.ticks = 0;
      this.stepLeaves(state, at);
      this.moveAt(state, position, index, transitions);
    }
    for (const { input } of own) this.touched[input] = false;
  }

  private stepLeaves(state: EvaluationState, at: number): void {
    const { leaves, inputsOf } = this.tree;
    for (let i = 0; i < leaves.length; i++) {
      const inputs = inputsOf[i]!;
      const seen = this.seen[i]!;
      let touched = false;
      for (let n = 0; n < inputs.length; n++) {
        seen[n] = state.values[inputs[n]!]!;
        if (this.touched[inputs[n]!]) touched = true;
      }
      if (touched) leaves[i]!.step(state.leaves[i]!, seen, at);
    }
  }

  /** Makes no object where nothing moves, which is nearly always. */
  private moveAt(state: EvaluationState, position: number, index: number, transitions: Transition[]): void {
    const { machine } = state;
    const holds = this.holds(state);
    if (holds ? machine.phase === 'firing' : machine.phase === 'ok') return;
    this.move(state, { position, index }, transitions, holds);
  }

  private move(state: EvaluationState, place: TransitionPlace, transitions: Transition[], holds = this.holds(state)): void {
    const { machine, time } = state;
    const { raised } = machine;
    const moved = this.machine.step(machine, holds, time, place);
    if (moved === 'raised') {
      transitions.push({ kind: 'raised', ...place, since: machine.held, at: time, ...this.explain(state) });
    } else if (moved === 'cleared') {
      machine.raised = null;
      transitions.push({ kind: 'cleared', ...place, at: time, raised: raised! });
    }
  }

  private holds(state: EvaluationState): boolean {
    return this.tree.holds(state.leaves) && (this.inForce === undefined || this.inForce(state.time));
  }

  private explain(state: EvaluationState): { cause: string; value?: number } {
    const { leaves, inputsOf, holding } = this.tree;
    const those = holding(state.leaves).slice(0, CAUSES_MAX);
    const valuesOf = (i: number): (number | null)[] => inputsOf[i]!.map((input) => state.values[input]!);
    const cause = those.map((i) => leaves[i]!.cause(state.leaves[i]!, valuesOf(i))).join(', ');
    const value = those.length > 0 ? valuesOf(those[0]!)[0] : undefined;
    return value === undefined || value === null ? { cause } : { cause, value };
  }
}

/** A location counts by its latitude; of other fields in parts one is named. */
const carries = (batch: ReadingBatch, field: string): boolean =>
  batch.summary(field) !== undefined || batch.summary(`${field}.lat`) !== undefined;
