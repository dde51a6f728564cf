/** What can have happened to an analysis. Stream: `analysis-<accountId>.<analysisId>`. */
import type { JsonObject } from '../json.js';

/** Times are ms since epoch; `from` absent: from the beginning; `to` absent: all there is. What it reads is what was recorded before this event. */
export interface AnalysisRequested {
  type: 'AnalysisRequested';
  data: {
    accountId: string;
    analysisId: string;
    operation: string;
    operationVersion: number;
    inputs: { deviceId: string; field: string }[];
    params: JsonObject;
    from?: number;
    to?: number;
    name?: string;
    /** Goes on with every reading that comes. */
    standing?: true;
  };
}

/** The trained model that an input was computed with. */
export type ModelRef = { modelId: string; modelVersion: number; digest: string };

/** The result itself is kept beside the views, under this digest; it can be computed again from the lineage. */
export interface AnalysisCompleted {
  type: 'AnalysisCompleted';
  data: {
    /** SHA-256, hex, of the result. */
    digest: string;
    rows: number;
    summary: JsonObject;
    /** What was read of each input, in their order. `position`: everything up to it was known. */
    position: number;
    inputs: { readings: number; firstAt?: number; lastAt?: number; schemaVersions: number[]; model?: ModelRef }[];
  };
}

/** For good: the same again would fail again. `message` says to who asked what to change. */
export interface AnalysisFailed {
  type: 'AnalysisFailed';
  data: { message: string; parameter?: string };
}

export interface AnalysisCancelled {
  type: 'AnalysisCancelled';
  data: Record<string, never>;
}

/** Nobody wants to see it any more: it is shown nowhere, and its result is deleted. */
export interface AnalysisDiscarded {
  type: 'AnalysisDiscarded';
  data: Record<string, never>;
}

export type AnalysisEvent = AnalysisRequested | AnalysisCompleted | AnalysisFailed | AnalysisCancelled | AnalysisDiscarded;
