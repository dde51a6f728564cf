/** One run of an analysis over what is stored: has it computed, keeps the result, and says that it is completed. */
import { keepResult } from '#adapters/views';
import type { AnalysisCommand } from '#contracts';
import type { Failure, Outcome } from '../compute/job.js';
import { modelRef, modelsFor } from '../models/models-for.js';
import { registerModel } from '../models/register-model.js';
import { COMPUTED, computeOnce, type Read } from './compute-once.js';
import { isWanted, type Claimed, type Standing } from './runs.js';
import type { JobParts } from './job-parts.js';

/** Resolves with the command that ends it; rejects on abort, and where a store is away. */
export async function runOnce(
  parts: JobParts,
  claimed: Claimed,
  stop: AbortSignal,
  at: (standing: Standing) => void,
): Promise<AnalysisCommand> {
  const trained = await modelsFor(parts, claimed, { stop, at });
  const result = await computeOnce(parts, claimed, { stop, at, trained });
  if (!result.ok) return failed(result.failure, parts, claimed);
  at({ phase: 'storing', progress: COMPUTED });
  const read = result.read.map((one, i) => (trained[i] ? { ...one, model: modelRef(trained[i]) } : one));
  // What is cancelled in the last moment leaves no model behind.
  if (result.outcome.trained && (await isWanted(parts.views, claimed)))
    await registerModel(parts, claimed, { ...result.outcome, trained: result.outcome.trained, read: read[0]! }, stop);
  return await completed(parts, claimed, result.outcome, read);
}

async function completed({ views }: JobParts, claimed: Claimed, outcome: Outcome, inputs: Read[]): Promise<AnalysisCommand> {
  const { digest, rows, summary, chunks } = outcome;
  await keepResult(views, claimed, digest, chunks);
  return { type: 'CompleteAnalysis', data: { digest, rows, summary, position: claimed.position, inputs } };
}

/** What nobody foresaw would happen again as well: the log of the service has it, the user is told that it is ours. */
function failed(failure: Failure, { logger }: JobParts, { analysisId, operation }: Claimed): AnalysisCommand {
  if (failure.kind === 'refused')
    return {
      type: 'FailAnalysis',
      data: { message: failure.message, ...(failure.parameter !== undefined && { parameter: failure.parameter }) },
    };
  logger.error({ analysisId, operation, error: failure.message }, 'an analysis failed on a defect');
  return { type: 'FailAnalysis', data: { message: 'something went wrong inside the service while it was computed; it is in its log' } };
}
