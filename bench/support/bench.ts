/** What a benchmark is: one question, asked of thingsIO and of a peer in the same run. */
import type { Resources } from './resources.js';

export interface Bench {
  /** Number in the design: `B1`. */
  id: string;
  /** How it is called on the command line: `ingest`. */
  name: string;
  question: string;
  target: Target;
  /** What the next limit is, from a profile; kept here so that it is read, and changed, beside the code. */
  nextLimit: string;
  run(context: BenchContext): Promise<Outcome>;
}

export interface Target {
  /** What the value is: `thingsIO ÷ InfluxDB, readings/s`. */
  of: string;
  compare: '>=' | '<=';
  must: number;
  /** What the current stage of the project asks for, where that is less. */
  stage?: number;
  unit: string;
}

export interface BenchContext {
  /** Smaller sizes: shows that it works and the order of magnitude. */
  quick: boolean;
  /** Everything started is registered here and is stopped whatever happens. */
  resources: Resources;
  say(text: string): void;
}

export interface Figure {
  name: string;
  unit: string;
  /** Of the samples. */
  median: number;
  samples: number[];
}

export interface Outcome {
  /** What is compared with the target. */
  value: number;
  figures: Figure[];
  /** Sizes, and whatever a reader must know. */
  notes: string[];
}
