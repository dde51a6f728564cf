/** One run of an analysis over what is stored: reads its inputs, has it computed, keeps the result, and says that it is completed. */
import { keepResult } from '#adapters/views';
import { deviceStream, type AnalysisCommand, type AnalysisCompleted } from '#contracts';
import type { Computation, Failure, Outcome } from '../compute/job.js';
import { openInput, partsOfInput, type InputParts, type Readings } from './read-input.js';
import type { Claimed, Standing } from './runs.js';
import type { JobParts } from './job-parts.js';

/** How much of the whole lies behind each of its phases. */
const READ = 0.4;
const COMPUTED = 0.95;

interface Input {
  deviceId: string;
  field: string;
  parts: InputParts['parts'];
  schemaVersions: number[];
  readings: Readings;
}
type Read = AnalysisCompleted['data']['inputs'][number];

/** Resolves with the command that ends it; rejects on abort, and where a store is away. */
export async function runOnce(
  parts: JobParts,
  claimed: Claimed,
  stop: AbortSignal,
  at: (standing: Standing) => void,
): Promise<AnalysisCommand> {
  at({ phase: 'waiting', progress: 0 });
  const inputs = await openInputs(parts, claimed, stop);
  at({ phase: 'reading', progress: 0 });
  const computation = parts.host.start({
    operation: claimed.operation,
    params: claimed.params,
    inputs: inputs.map(({ deviceId, field, parts: own, readings }) => ({
      deviceId,
      field,
      parts: own.map(({ part }) => part),
      rowsExpected: readings.count,
    })),
  });
  const cancel = (): void => computation.cancel();
  stop.addEventListener('abort', cancel, { once: true });
  try {
    const read = await handOver(inputs, computation, stop, (done) => at({ phase: 'reading', progress: READ * done }));
    at({ phase: 'computing', progress: READ });
    const run = computation.run((done) => at({ phase: 'computing', progress: READ + (COMPUTED - READ) * Math.min(1, Math.max(0, done)) }));
    const result = await Promise.race([run, aborted(stop)]);
    if (!result.ok) return failed(result.failure, parts, claimed);
    at({ phase: 'storing', progress: COMPUTED });
    return await completed(parts, claimed, result.outcome, read);
  } finally {
    computation.cancel();
    stop.removeEventListener('abort', cancel);
  }
}

async function openInputs({ views, series, shown }: JobParts, claimed: Claimed, stop: AbortSignal): Promise<Input[]> {
  const { accountId, position, from, to } = claimed;
  const inputs: Input[] = [];
  for (const { deviceId, field } of claimed.inputs) {
    await shown.until(position, deviceStream(accountId, deviceId), stop);
    const known = await partsOfInput(views, { accountId, deviceId }, field, position);
    const fields = known.parts.map((part) => part.field);
    const readings = await openInput(series, { accountId, deviceId, fields, from, to, asOf: position });
    inputs.push({ deviceId, field, ...known, readings });
    stop.throwIfAborted();
  }
  return inputs;
}

async function handOver(
  inputs: readonly Input[],
  computation: Computation,
  stop: AbortSignal,
  progress: (done: number) => void,
): Promise<Read[]> {
  const all = Math.max(
    1,
    inputs.reduce((sum, { readings }) => sum + readings.count, 0),
  );
  let done = 0;
  const read: Read[] = [];
  for (const [input, { parts, readings, schemaVersions }] of inputs.entries()) {
    let [rows, first, last] = [0, Infinity, -Infinity];
    for await (const { time, values } of readings.stretches()) {
      stop.throwIfAborted();
      rows += time.length;
      done += time.length;
      first = Math.min(first, time[0]!);
      last = Math.max(last, time.at(-1)!);
      const columns = Object.fromEntries(parts.map(({ part }, i) => [part, values[i]!]));
      await computation.add({ input, time, parts: columns });
      progress(done / all);
    }
    read.push({ readings: rows, schemaVersions, ...(rows > 0 && { firstAt: first, lastAt: last }) });
  }
  return read;
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

function aborted(stop: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (stop.aborted) reject(stop.reason as Error);
    stop.addEventListener('abort', () => reject(stop.reason as Error), { once: true });
  });
}
