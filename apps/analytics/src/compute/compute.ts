/** Computes a job from its columns, and packs what comes out. On whichever thread it is called. */
import { chunksOf, encodeChunk, CHUNK_ROWS, ResultDigest, type KeptChunk, type ResultChunk } from '#adapters/views';
import type { JsonObject } from '#contracts';
import {
  digestOfModel,
  OperationError,
  operationOf,
  readParameters,
  textOfModel,
  type OperationResult,
  type Progress,
  type SeriesInput,
  type TrainedModel,
} from '#timeseries';
import type { Failure, Job, Outcome } from './job.js';

/** Throws `OperationError` for what the user can mend. */
export function computeJob({ operation: name, params }: Job, inputs: readonly SeriesInput[], progress: Progress): Outcome {
  const operation = operationOf(name);
  if (!operation) throw new OperationError(`there is no operation "${name}" any more`, 'operation');
  const values = readParameters(operation.parameters, params);
  return pack(operation.run(inputs, values, progress));
}

export function pack(result: OperationResult): Outcome {
  const digest = new ResultDigest();
  const chunks: KeptChunk[] = [];
  let rows = 0;
  result.series.forEach((one, series) => {
    digest.add(one);
    rows += one.time.length;
    let chunk = 0;
    for (const some of chunksOf(one, CHUNK_ROWS)) chunks.push(keptChunk(some, series, chunk++));
  });
  const summary = plain(result.summary);
  return { digest: digest.hex(summary), rows, summary, chunks, ...(result.trained && { trained: packModel(result.trained) }) };
}

function packModel(model: TrainedModel): Outcome['trained'] {
  const text = textOfModel(model);
  return { purpose: model.kind, digest: digestOfModel(text), text };
}

export const keptChunk = (chunk: ResultChunk, series: number, number: number): KeptChunk => ({
  series,
  chunk: number,
  rows: chunk.time.length,
  data: encodeChunk(chunk),
});

/** As it will be read back: what is no number is null. */
export const plain = (summary: Record<string, unknown>): JsonObject => JSON.parse(JSON.stringify(summary)) as JsonObject;

export function failureOf(error: unknown): Failure {
  if (error instanceof OperationError)
    return { kind: 'refused', message: error.message, ...(error.parameter !== undefined && { parameter: error.parameter }) };
  return { kind: 'defect', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
