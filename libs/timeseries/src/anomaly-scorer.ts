/** The operation `anomalies` as alert rules ask it: reading by reading, with its defaults. */
import { operationOf } from './operations/registry.js';
import { readParameters } from './operations/parameters.js';

/** Scores 0 … 1, NaN where there is none yet. State is plain JSON of bounded size. */
export interface Scorer {
  initial(): unknown;
  step(state: unknown, time: number, value: number): { state: unknown; score: number };
}

export function createAnomalyScorer(): Scorer {
  const { online, parameters } = operationOf('anomalies')!;
  const values = readParameters(parameters, {});
  return {
    initial: () => online!.initial(values),
    step(state, time, value) {
      const next = online!.step(state, time, value, values);
      return { state: next.state, score: next.row[0]! };
    },
  };
}
