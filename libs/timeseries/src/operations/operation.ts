/** What an analysis can do: a description that a form can be built from, and a pure computation, columns in and columns out. */
import type { GivenModel, TrainedModel } from './learned/trained-model.js';
import type { Parameter, Values } from './parameters.js';

export interface Operation {
  /** As in `POST /analyses`. */
  name: string;
  /** Raised when the same input would give other numbers; 1 when left out. In the lineage of every result. */
  version?: number;
  label: string;
  /** What it does, in a sentence or two, for who chooses it. */
  description: string;
  /** Where the method is published. */
  source?: string;
  parameters: readonly Parameter[];
  input: OperationInput;
  columns: readonly OutputColumn[];
  /** `each`: a row for each reading. `ahead`: a row for each step after the last reading. `own`: rows of its own (windows, bins, lags, trips …). */
  rows: 'each' | 'ahead' | 'own';
  run(input: readonly SeriesInput[], values: Values, progress?: Progress): OperationResult;
  /** Where it can be computed reading by reading with a state of bounded size: live, in replay and in back-tests alike. `run` is then the same
   *  reducer over all rows. */
  online?: OnlineReducer;
}

export interface OperationInput {
  /** What it takes of each field: a number; a location (`lat`, `lon`, `alt`); a vector (its axes). */
  kind: 'number' | 'location' | 'vector';
  /** How many fields at once, of one device or several. */
  fieldsMin: number;
  fieldsMax: number;
}

export interface OutputColumn {
  name: string;
  label: string;
  kind: 'number' | 'boolean' | 'text' | 'time';
}

/** One field of one device. Times in ms since epoch, ascending, equal ones in order of arrival; NaN where there is no value. */
export interface SeriesInput {
  deviceId: string;
  field: string;
  time: Float64Array;
  /** `value` for a number; the parts of a location or vector by their names. Each as long as `time`. */
  parts: Readonly<Record<string, Float64Array>>;
  /** A model that was trained on the field and is kept, for operations that can use one. */
  trained?: GivenModel;
}

export type ResultColumn = Float64Array | readonly (string | null)[];

/** As in the contract: columns by series, and what is said of the whole. */
export interface OperationResult {
  series: ResultSeries[];
  /** Plain JSON. */
  summary: Record<string, unknown>;
  /** What came of a training, to be kept. */
  trained?: TrainedModel;
}

export interface ResultSeries {
  deviceId: string;
  field: string;
  time: Float64Array;
  columns: Record<string, ResultColumn>;
}

/** A pure reducer. Its state is plain JSON, of a size that does not grow with the number of readings. */
export interface OnlineReducer<State = unknown> {
  initial(values: Values, model?: TrainedModel): State;
  /** The next state, and the values of the columns for this reading. May change and return the state given: nobody else holds it. */
  step(state: State, time: number, value: number, values: Values): { state: State; row: readonly number[] };
}

/** Told how much is done, 0 … 1. Throws `OperationCancelled` where the work is not wanted any more. */
export type Progress = (done: number) => void;
