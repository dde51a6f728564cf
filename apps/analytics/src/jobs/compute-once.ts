/** Has an operation computed over what is stored: opens the inputs as of a position, hands them over in stretches, and waits for what comes out. */
import { deviceStream, type AnalysisCompleted, type AnalysisInput, type JsonObject } from '#contracts';
import type { GivenModel } from '#timeseries';
import type { Computation, Failure, Outcome } from '../compute/job.js';
import type { JobParts } from './job-parts.js';
import { openInput, partsOfInput, type InputParts, type Readings } from './read-input.js';
import type { Standing } from './runs.js';

/** How much of the whole lies behind each of its phases. */
const READ = 0.4;
export const COMPUTED = 0.95;

export interface Computed {
  operation: string;
  params: JsonObject;
  accountId: string;
  inputs: AnalysisInput[];
  from?: number;
  to?: number;
  position: number;
}

interface Input {
  deviceId: string;
  field: string;
  parts: InputParts['parts'];
  schemaVersions: number[];
  readings: Readings;
}
export type Read = AnalysisCompleted['data']['inputs'][number];

export interface Watching {
  stop: AbortSignal;
  at: (standing: Standing) => void;
  /** Trained models, in the order of the inputs. */
  trained?: readonly (GivenModel | undefined)[];
}

export type Result = { ok: true; outcome: Outcome; read: Read[] } | { ok: false; failure: Failure };

/** Rejects on abort, and where a store is away. */
export async function computeOnce(parts: JobParts, wanted: Computed, { stop, at, trained = [] }: Watching): Promise<Result> {
  at({ phase: 'waiting', progress: 0 });
  const inputs = await openInputs(parts, wanted, stop);
  const tooLong = refusalOf(inputs, parts.valuesMax);
  if (tooLong !== undefined) return { ok: false, failure: { kind: 'refused', message: tooLong } };
  at({ phase: 'reading', progress: 0 });
  const computation = parts.host.start({
    operation: wanted.operation,
    params: wanted.params,
    inputs: inputs.map(({ deviceId, field, parts: own, readings }, i) => ({
      deviceId,
      field,
      parts: own.map(({ part }) => part),
      rowsExpected: readings.count,
      ...(trained[i] && { trained: trained[i] }),
    })),
  });
  const cancel = (): void => computation.cancel();
  stop.addEventListener('abort', cancel, { once: true });
  try {
    const read = await handOver(inputs, computation, stop, (done) => at({ phase: 'reading', progress: READ * done }));
    at({ phase: 'computing', progress: READ });
    const run = computation.run((done) => at({ phase: 'computing', progress: READ + (COMPUTED - READ) * Math.min(1, Math.max(0, done)) }));
    const result = await Promise.race([run, aborted(stop)]);
    return result.ok ? { ...result, read } : result;
  } finally {
    computation.cancel();
    stop.removeEventListener('abort', cancel);
  }
}

async function openInputs({ views, series, shown }: JobParts, wanted: Computed, stop: AbortSignal): Promise<Input[]> {
  const { accountId, position, from, to } = wanted;
  const inputs: Input[] = [];
  for (const { deviceId, field } of wanted.inputs) {
    await shown.until(position, deviceStream(accountId, deviceId), stop);
    const known = await partsOfInput(views, { accountId, deviceId }, field, position);
    const fields = known.parts.map((part) => part.field);
    const readings = await openInput(series, { accountId, deviceId, fields, from, to, asOf: position });
    inputs.push({ deviceId, field, ...known, readings });
    stop.throwIfAborted();
  }
  return inputs;
}

/** All of it lies in memory at once. */
function refusalOf(inputs: readonly Input[], valuesMax: number): string | undefined {
  const values = inputs.reduce((sum, { parts, readings }) => sum + readings.count * Math.max(1, parts.length), 0);
  if (values <= valuesMax) return undefined;
  const [wanted, most] = [values.toLocaleString('en'), valuesMax.toLocaleString('en')];
  return `there are ${wanted} values in this range, and an analysis reads ${most} at most: ask for a shorter range, or for fewer fields`;
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

function aborted(stop: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (stop.aborted) reject(stop.reason as Error);
    stop.addEventListener('abort', () => reject(stop.reason as Error), { once: true });
  });
}
