/** What is computed: an operation over inputs, and what comes out of it. Plain data: it crosses threads. */
import type { JsonObject } from '#contracts';
import type { KeptChunk } from '#adapters/views';
import type { GivenModel, ModelKind, SeriesInput } from '#timeseries';

export interface Job {
  operation: string;
  params: JsonObject;
  /** How many readings of each input are to be expected, as far as it is known. */
  inputs: { deviceId: string; field: string; parts: readonly string[]; rowsExpected: number; trained?: GivenModel }[];
}

/** A stretch of one input: rows in order, each part as long as `time`. */
export interface Stretch {
  input: number;
  time: Float64Array;
  parts: Record<string, Float64Array>;
}

export interface Outcome {
  digest: string;
  rows: number;
  summary: JsonObject;
  chunks: KeptChunk[];
  /** What came of a training. */
  trained?: { purpose: ModelKind; digest: string; text: string };
}

/** Why there is no outcome: what the user can mend, or what nobody foresaw. */
export type Failure = { kind: 'refused'; message: string; parameter?: string } | { kind: 'defect'; message: string };

/** A job under way on some thread. */
export interface Computation {
  /** Takes a stretch; the arrays are given away. Resolves when another may be handed over. */
  add(stretch: Stretch): Promise<void>;
  /** After the last stretch. `progress`: how much is done, 0 … 1. */
  run(progress: (done: number) => void): Promise<{ ok: true; outcome: Outcome } | { ok: false; failure: Failure }>;
  /** At once, whatever it is doing; `run` then never settles. */
  cancel(): void;
}

/** Where jobs are computed. */
export interface ComputeHost {
  start(job: Job): Computation;
  close(): Promise<void>;
}

export type { SeriesInput };
