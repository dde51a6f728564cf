/** What can have happened to a model: a network of one field of a device, for one purpose. Stream: `model-<accountId>.<modelId>`. */
import type { JsonObject } from '../json.js';

export const MODEL_PURPOSES = ['forecast', 'anomalies'] as const;
export type ModelPurpose = (typeof MODEL_PURPOSES)[number];

/** The model itself is kept beside the views, under `digest`. What else is here is enough to train it again, to the last bit. */
export interface ModelRegistered {
  type: 'ModelRegistered';
  data: {
    accountId: string;
    modelId: string;
    /** 1 at first; one more with each training. */
    modelVersion: number;
    deviceId: string;
    field: string;
    purpose: ModelPurpose;
    /** The analysis that trained it. */
    analysisId: string;
    operationVersion: number;
    /** With the seed. */
    params: JsonObject;
    /** ms since epoch; absent where the range was open. Everything up to `position` was known. */
    from?: number;
    to?: number;
    position: number;
    input: { readings: number; firstAt?: number; lastAt?: number; schemaVersions: number[] };
    /** SHA-256, hex, of the model. */
    digest: string;
    /** Whether it did better in the back-test than what is used without it; how much, and in words. */
    used: boolean;
    comparison: JsonObject;
    note: string;
  };
}

export type ModelEvent = ModelRegistered;
