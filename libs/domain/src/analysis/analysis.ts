/** An analysis: asked for, then completed, failed or cancelled, at last discarded. Stream: `analysis-<accountId>.<analysisId>`. */
import type { AnalysisCommand, AnalysisEvent, CompleteAnalysis, JsonObject, RecordedEvent } from '#contracts';
import { accept, reject, type Decider, type Decision } from '../kernel/decider.js';
import { applyRules, type Rules } from '../kernel/rules.js';

export const ANALYSIS_SNAPSHOT_VERSION = 1;

export type AnalysisState = UnknownAnalysis | RequestedAnalysis | EndedAnalysis | DiscardedAnalysis;
export interface UnknownAnalysis {
  readonly phase: 'unknown';
}
export interface RequestedAnalysis {
  readonly phase: 'requested';
}
export interface EndedAnalysis {
  readonly phase: 'ended';
  readonly as: 'completed' | 'failed' | 'cancelled';
  /** Of the result, where it was completed. */
  readonly digest?: string;
}
export interface DiscardedAnalysis {
  readonly phase: 'discarded';
}

type AnalysisDecision = Decision<AnalysisEvent>;
type PhaseRules<S> = Rules<S, AnalysisCommand, AnalysisEvent>;

export const analysisDecider: Decider<AnalysisState, AnalysisCommand, AnalysisEvent> = {
  initial: { phase: 'unknown' },
  decide(state, told) {
    switch (state.phase) {
      case 'unknown':
        return applyRules(whenUnknown, state, told);
      case 'requested':
        return applyRules(whenRequested, state, told);
      case 'ended':
        return applyRules(whenEnded, state, told);
      case 'discarded':
        return applyRules(whenDiscarded, state, told);
      default:
        return state satisfies never;
    }
  },
  evolve: (_, { event }) => stateAfter(event),
};

const refuseUnknown = (): AnalysisDecision => reject('analysis.unknown', 'there is no such analysis');
const refuseEnded = ({ as }: EndedAnalysis): AnalysisDecision => reject('analysis.ended', `the analysis was ${as} already`);
/** The rest of a request that was cut off. */
const nothing = (): AnalysisDecision => accept();

const whenUnknown: PhaseRules<UnknownAnalysis> = {
  RequestAnalysis: (_, { data }) => accept<AnalysisEvent>({ type: 'AnalysisRequested', data }),
  CompleteAnalysis: refuseUnknown,
  FailAnalysis: refuseUnknown,
  CancelAnalysis: refuseUnknown,
  DiscardAnalysis: refuseUnknown,
};

const whenRequested: PhaseRules<RequestedAnalysis> = {
  RequestAnalysis: nothing,
  CompleteAnalysis: (_, { data }) => accept<AnalysisEvent>({ type: 'AnalysisCompleted', data }),
  FailAnalysis: (_, { data }) => accept<AnalysisEvent>({ type: 'AnalysisFailed', data }),
  CancelAnalysis: () => accept<AnalysisEvent>({ type: 'AnalysisCancelled', data: {} }),
  DiscardAnalysis: () => reject('analysis.under-way', 'the analysis has not ended; cancel it first'),
};

/** Whoever came first decided how it ended. */
const whenEnded: PhaseRules<EndedAnalysis> = {
  RequestAnalysis: nothing,
  CompleteAnalysis: completeAgain,
  FailAnalysis: refuseEnded,
  CancelAnalysis: (state) => (state.as === 'cancelled' ? accept() : refuseEnded(state)),
  DiscardAnalysis: () => accept<AnalysisEvent>({ type: 'AnalysisDiscarded', data: {} }),
};

const whenDiscarded: PhaseRules<DiscardedAnalysis> = {
  RequestAnalysis: refuseUnknown,
  CompleteAnalysis: refuseUnknown,
  FailAnalysis: refuseUnknown,
  CancelAnalysis: refuseUnknown,
  DiscardAnalysis: nothing,
};

/** Two workers may have computed it: equal results are one. */
function completeAgain(state: EndedAnalysis, { data }: CompleteAnalysis): AnalysisDecision {
  return data.digest === state.digest ? accept() : refuseEnded(state);
}

function stateAfter(event: AnalysisEvent): AnalysisState {
  switch (event.type) {
    case 'AnalysisRequested':
      return { phase: 'requested' };
    case 'AnalysisCompleted':
      return { phase: 'ended', as: 'completed', digest: event.data.digest };
    case 'AnalysisFailed':
      return { phase: 'ended', as: 'failed' };
    case 'AnalysisCancelled':
      return { phase: 'ended', as: 'cancelled' };
    case 'AnalysisDiscarded':
      return { phase: 'discarded' };
    default:
      return event satisfies never;
  }
}

/** The state is plain JSON already. */
export const freezeAnalysis = (state: AnalysisState): AnalysisState => state;
export const thawAnalysis = (frozen: unknown): AnalysisState => frozen as AnalysisState;

/** How it stands. */
export function answerForAnalysis(_asked: unknown, _events: readonly RecordedEvent[], state: AnalysisState): JsonObject {
  return { status: state.phase === 'ended' ? state.as : state.phase };
}
