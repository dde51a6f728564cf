/** What was asked to be computed, and how it ended. */
import { analysisOf, type AnalysisRequested, type RecordedEvent } from '#contracts';
import type { ViewTables } from '#ports';
import { isA, type Projection } from './projection.js';
import { upsert } from './rows.js';

type AnalysisRow = ViewTables['analyses'];
type Ending = Pick<AnalysisRow, 'account_id' | 'analysis_id' | 'status'> & Partial<Pick<AnalysisRow, 'ended_at' | 'error' | 'outcome'>>;

interface AnalysisChanges {
  requested: AnalysisRow[];
  /** Of those that were asked for in an earlier batch, in the order in which it happened; so they come before what begins in this one. */
  endings: Ending[];
}

export const analyses: Projection<AnalysisChanges> = {
  name: 'analyses',
  version: 1,
  handles: ['AnalysisRequested', 'AnalysisCompleted', 'AnalysisFailed', 'AnalysisCancelled', 'AnalysisDiscarded'],
  tables: ['analyses'],

  fold(events) {
    const requested = new Map<string, AnalysisRow>();
    const endings: Ending[] = [];
    for (const event of events) {
      if (isA(event, 'AnalysisRequested')) {
        requested.set(event.stream, asked(event));
        continue;
      }
      const ending = endingOf(event);
      const row = requested.get(event.stream);
      if (row) Object.assign(row, ending);
      else endings.push(ending);
    }
    return { requested: [...requested.values()], endings };
  },

  /** One statement an ending: an analysis is computed for far longer than that takes. */
  async write(tx, { requested, endings }) {
    for (const { account_id, analysis_id, ...set } of endings) {
      await tx.updateTable('analyses').set(set).where('account_id', '=', account_id).where('analysis_id', '=', analysis_id).execute();
    }
    await upsert(tx, 'analyses', ['account_id', 'analysis_id'], requested);
  },
};

function asked({ data, position, metadata }: RecordedEvent<AnalysisRequested>): AnalysisRow {
  return {
    account_id: data.accountId,
    analysis_id: data.analysisId,
    name: data.name ?? null,
    operation: data.operation,
    operation_version: data.operationVersion,
    inputs: JSON.stringify(data.inputs),
    params: JSON.stringify(data.params),
    range_from: data.from ?? null,
    range_to: data.to ?? null,
    standing: data.standing ? 1 : 0,
    position,
    requested_at: metadata.recordedAt,
    status: 'requested',
    ended_at: null,
    error: null,
    outcome: null,
  };
}

/** A discarded one keeps when and how it ended. */
function endingOf(event: RecordedEvent): Ending {
  const { accountId, analysisId } = analysisOf(event.stream);
  const key = { account_id: accountId, analysis_id: analysisId };
  const ended_at = event.metadata.recordedAt;
  if (isA(event, 'AnalysisCompleted')) return { ...key, status: 'completed', ended_at, outcome: JSON.stringify(event.data) };
  if (isA(event, 'AnalysisFailed')) return { ...key, status: 'failed', ended_at, error: event.data.message };
  if (isA(event, 'AnalysisCancelled')) return { ...key, status: 'cancelled', ended_at };
  return { ...key, status: 'discarded' };
}
