/** An analysis on its shard: asked for once, ended once. */
import type { Behaviour } from '#actors';
import type { AnalysisCommand, AnalysisEvent } from '#contracts';
import { ANALYSIS_SNAPSHOT_VERSION, analysisDecider, answerForAnalysis, freezeAnalysis, thawAnalysis, type AnalysisState } from '#domain';
import { eventShapes } from './event-shapes.js';

export const analysisBehaviour: Behaviour<AnalysisState, AnalysisCommand, AnalysisEvent> = {
  category: 'analysis',
  decider: analysisDecider,
  snapshotVersion: ANALYSIS_SNAPSHOT_VERSION,
  freeze: freezeAnalysis,
  thaw: thawAnalysis,
  read: ({ type, data }) => ({ type, data }) as AnalysisCommand,
  answer: answerForAnalysis,
  ...eventShapes,
};
