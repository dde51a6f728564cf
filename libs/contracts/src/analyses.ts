/** Analyses as clients see them: what can be computed, what was asked for, how far it is, and what came out. */
import type { ModelRef } from './events/analysis-events.js';
import type { ModelPurpose } from './events/model-events.js';
import type { Json, JsonObject } from './json.js';

/** `GET /operations`, one item each: a form is built from it. */
export interface OperationView {
  name: string;
  label: string;
  description: string;
  /** Where the method is published. */
  source?: string;
  operationVersion: number;
  parameters: ParameterView[];
  /** What it takes of each field, and of how many fields at once. */
  input: { kind: 'number' | 'location' | 'vector'; fieldsMin: number; fieldsMax: number };
  columns: { name: string; label: string; kind: 'number' | 'boolean' | 'text' | 'time' }[];
  /** `each`: a row for each reading. `ahead`: a row for each step after the last reading. `own`: rows of its own (windows, bins, lags, trips …). */
  rows: 'each' | 'ahead' | 'own';
  /** It can be a standing analysis: computed reading by reading. */
  online: boolean;
}

export interface ParameterView {
  name: string;
  label: string;
  description: string;
  type: 'number' | 'integer' | 'boolean' | 'choice' | 'duration' | 'numbers' | 'polygon' | 'text';
  /** Left out: found from the data, or not used. */
  optional?: boolean;
  default?: Json;
  min?: number;
  max?: number;
  unit?: string;
  choices?: string[];
  minLength?: number;
  maxLength?: number;
}

/** `POST /analyses` → 202 with `Location` and an `AnalysisView`. Either `deviceId` with `fields`, or `inputs`. */
export interface AnalysisRequest {
  operation: string;
  deviceId?: string;
  fields?: string[];
  inputs?: AnalysisInput[];
  /** ISO 8601, or a number as devices send it. Inclusive; from the beginning when absent. */
  from?: string | number;
  /** Exclusive; all there is when absent. Not of a standing analysis. */
  to?: string | number;
  params?: JsonObject;
  name?: string;
  /** Goes on with every reading that comes. */
  standing?: boolean;
}

/** A field of a device, or a part of one: `acceleration`, `acceleration.x`. */
export type AnalysisInput = { deviceId: string; field: string };

/** A standing analysis is `running` until it is cancelled. */
export type AnalysisStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

export interface AnalysisView {
  analysisId: string;
  name?: string;
  operation: string;
  status: AnalysisStatus;
  /** 0 … 1. */
  progress: number;
  /** What is being done: `waiting`, `reading`, `computing`, `storing`, `following`. */
  phase?: AnalysisPhase;
  /** How often it had to begin again because its process died. */
  restarts: number;
  standing: boolean;
  inputs: AnalysisInput[];
  /** ISO 8601. */
  from?: string;
  to?: string;
  params: JsonObject;
  requestedAt: string;
  startedAt?: string;
  finishedAt?: string;
  /** Why it failed, or why one that is completed has no result any more, in words for who asked. */
  error?: string;
  /** Of `GET /analyses/{id}`, once there is one; of a standing analysis as far as it is. */
  result?: AnalysisResult;
  lineage: Lineage;
}

export type AnalysisPhase = 'waiting' | 'reading' | 'computing' | 'storing' | 'following';

export interface AnalysisResult {
  series: ResultSeriesView[];
  summary: JsonObject;
  /** Set where the answer would have passed the limit: rows of each series that are given, evenly thinned, and how many there are. */
  reduced?: { limit: number; of: number; advice: string };
}

/** `time` in ms since epoch and the columns of the operation, each as long as `time`, as members of their own. */
export interface ResultSeriesView {
  deviceId: string;
  field: string;
  time: number[];
  [column: string]: string | ResultColumnView;
}

/** Null where there is no value. */
export type ResultColumnView = number[] | (number | null)[] | (string | null)[] | (boolean | null)[];

/** Where every number comes from: the same again gives the same digest. */
export interface Lineage {
  operation: string;
  operationVersion: number;
  params: JsonObject;
  /** Everything recorded up to here was known, decimal text. */
  position: string;
  inputs: LineageInput[];
  /** Of the result, SHA-256, hex; once it is completed. */
  digest?: string;
}

export interface LineageInput extends AnalysisInput {
  from?: string;
  to?: string;
  /** How many values were read, and when the first and the last were measured. */
  readings?: number;
  firstAt?: string;
  lastAt?: string;
  /** Of the device, as known at `position`. */
  schemaVersions?: number[];
  /** The trained model that took part. */
  model?: ModelRef;
}

/** `GET /devices/{id}/models`, one item a version, the newest first: networks that were trained on a field by `train-model`. */
export interface ModelView {
  modelId: string;
  modelVersion: number;
  deviceId: string;
  field: string;
  purpose: ModelPurpose;
  /** ISO 8601. */
  trainedAt: string;
  /** The analysis that trained it. */
  analysisId: string;
  /** Whether it did better in the back-test than what is used without it, and so takes part where it is the newest. */
  used: boolean;
  /** In words, with both figures. */
  note: string;
  comparison: JsonObject;
  /** SHA-256, hex, of the model: the same range, position and parameters give it again. */
  digest: string;
  operationVersion: number;
  params: JsonObject;
  /** What it was trained on: everything recorded up to `position`, decimal text, in the range. */
  position: string;
  from?: string;
  to?: string;
  readings: number;
  firstAt?: string;
  lastAt?: string;
  schemaVersions: number[];
}
