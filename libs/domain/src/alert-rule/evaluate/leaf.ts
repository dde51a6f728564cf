/** A condition that is no combination of others: how its state moves with a reading, and whether it holds. */
import type { AlertCondition, Comparison } from '#contracts';

/** What a rule looks at: a field of the device in question, or of a certain one. */
export interface Input {
  deviceId?: string;
  field: string;
}

/** Plain JSON. `h`: whether it holds. */
export interface LeafState {
  h: boolean;
}

export interface Extremes {
  min: number;
  max: number;
}

export interface Leaf<S extends LeafState = LeafState> {
  inputs: readonly Input[];
  /** For who reads why an alert was raised. `values`: the latest of its inputs. */
  cause(state: S, values: readonly (number | null)[]): string;
  initial(startedAt: number): S;
  /** One of its inputs has a new value; `values` are the latest of all its inputs, null before the first. */
  step(state: S, values: readonly (number | null)[], time: number): void;
  /** Surely as it was after any values of its only input between these: then nothing needs to be looked at one by one. */
  stays?(state: S, extremes: Extremes): boolean;
  /** While it does not hold, exactly the values between these leave it so. Only where nothing but `h` is remembered. */
  quiet?: Extremes;
  /** By the clock of arrival: how long nothing may come. */
  silence?: { withinMs: number; field?: string };
}

/** What the domain cannot know itself: the score that the operation `anomalies` gives. State is plain JSON of bounded size. */
export interface AnomalyScorer {
  initial(): unknown;
  /** May change and return the state given. The score is 0 … 1, NaN where there is none yet. */
  step(state: unknown, time: number, value: number): { state: unknown; score: number };
}

export interface EvaluationTools {
  anomalies: AnomalyScorer;
}

export type LeafCondition = Exclude<AlertCondition, { type: 'all' | 'any' }>;

export function compares(op: Comparison, left: number, right: number): boolean {
  switch (op) {
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    default:
      return op satisfies never;
  }
}

/** Short enough to read. */
export const shown = (value: number | null): string => (value === null ? 'nothing' : String(Number(value.toPrecision(6))));
export const nameOf = ({ deviceId, field }: Input): string => (deviceId === undefined ? field : `${deviceId} ${field}`);
