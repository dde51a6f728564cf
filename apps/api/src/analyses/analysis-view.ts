/** An analysis as clients see it, from what was asked for and what its worker says. */
import type { AnalysisCompleted, AnalysisInput, AnalysisPhase, AnalysisStatus, AnalysisView, JsonObject, Lineage } from '#contracts';
import type { ViewTables } from '#ports';
import { isoOf } from '../commands/shared/devices.js';

export type AnalysisRow = ViewTables['analyses'];
type Run = Pick<ViewTables['analysis_runs'], 'run' | 'expires_at' | 'started_at' | 'phase' | 'progress'>;
/** Joined: all null where no worker has it. */
export type AnalysisWithRun = AnalysisRow & { [Column in keyof Run]: Run[Column] | null };

export function analysisView(row: AnalysisWithRun, now: number): Omit<AnalysisView, 'result'> {
  const { status, progress, phase } = standingOf(row, now);
  return {
    analysisId: row.analysis_id,
    ...(row.name !== null && { name: row.name }),
    operation: row.operation,
    status,
    progress,
    ...(phase !== undefined && { phase }),
    restarts: Math.max(0, (row.run ?? 1) - 1),
    standing: row.standing === 1,
    inputs: JSON.parse(row.inputs) as AnalysisInput[],
    ...(row.range_from !== null && { from: isoOf(row.range_from) }),
    ...(row.range_to !== null && { to: isoOf(row.range_to) }),
    params: JSON.parse(row.params) as JsonObject,
    requestedAt: isoOf(row.requested_at),
    ...(row.started_at !== null && { startedAt: isoOf(row.started_at) }),
    ...(row.ended_at !== null && { finishedAt: isoOf(row.ended_at) }),
    ...(row.error !== null && { error: row.error }),
    lineage: lineageOf(row),
  };
}

interface Standing {
  status: AnalysisStatus;
  progress: number;
  phase?: AnalysisPhase;
}

/** It runs while a worker says so; one whose worker died waits for another. */
function standingOf({ status, expires_at, progress, phase }: AnalysisWithRun, now: number): Standing {
  if (status === 'completed') return { status, progress: 1 };
  if (status === 'failed' || status === 'cancelled') return { status, progress: progress ?? 0 };
  if (expires_at === null || expires_at <= now) return { status: 'queued', progress: 0 };
  return { status: 'running', progress: progress ?? 0, phase: phase as AnalysisPhase };
}

export const outcomeOf = ({ outcome }: AnalysisRow): AnalysisCompleted['data'] | undefined =>
  outcome === null ? undefined : (JSON.parse(outcome) as AnalysisCompleted['data']);

function lineageOf(row: AnalysisRow): Lineage {
  const outcome = outcomeOf(row);
  const range = {
    ...(row.range_from !== null && { from: isoOf(row.range_from) }),
    ...(row.range_to !== null && { to: isoOf(row.range_to) }),
  };
  return {
    operation: row.operation,
    operationVersion: row.operation_version,
    params: JSON.parse(row.params) as JsonObject,
    position: String(outcome?.position ?? row.position),
    inputs: (JSON.parse(row.inputs) as AnalysisInput[]).map((input, i) => {
      const read = outcome?.inputs[i];
      return {
        ...input,
        ...range,
        ...(read && { readings: read.readings, schemaVersions: read.schemaVersions }),
        ...(read?.firstAt !== undefined && { firstAt: isoOf(read.firstAt) }),
        ...(read?.lastAt !== undefined && { lastAt: isoOf(read.lastAt) }),
        ...(read?.model && { model: read.model }),
      };
    }),
    ...(outcome && { digest: outcome.digest }),
  };
}
