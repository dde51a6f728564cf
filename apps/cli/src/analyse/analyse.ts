/** `thingsio analyse`: any operation on a file. What can be computed reading by reading is, in one pass and little memory. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { OperationError, readParameters, type OnlineReducer, type Operation, type Values } from '#timeseries';
import type { Output } from '../output.js';
import { formatCount, UsageError } from '../quantities.js';
import { readSeries } from './read-series.js';
import { csvLine, resultLines } from './result-lines.js';
import { openTable, type Table } from './table-reader.js';

export interface AnalyseRequest {
  operation: Operation;
  file: string;
  time: string;
  fields: string[];
  params: Record<string, unknown>;
  tz: string;
  timeFormat?: string | undefined;
  output?: string | undefined;
  summary?: string | undefined;
}

interface Host {
  out: Output;
  signal: AbortSignal;
  now: () => number;
}

const PROGRESS_EVERY_ROWS = 50_000;
const BUFFER_CHARACTERS = 65_536;

export async function analyseFile(request: AnalyseRequest, host: Host): Promise<number> {
  const { operation, output } = request;
  try {
    const values = readParameters(operation.parameters, request.params);
    const fields = columnsOf(request);
    const table = await openTable({ ...request, fields });
    const target: Writable = output === undefined ? process.stdout : createWriteStream(output);
    const reducer = request.summary === undefined && fields.length === 1 ? streaming(operation, values) : undefined;
    const rows = reducer
      ? await stream(reducer, { operation, values, table, target, host })
      : await compute({ request, fields, values, table, target, host });
    if (output !== undefined) {
      await finished(target.end());
      host.out.settle();
      host.out.line(`${formatCount(rows)} rows written to ${output}.`);
    }
    return host.signal.aborted ? 1 : 0;
  } catch (error) {
    if (error instanceof OperationError) throw new UsageError(`${operation.name}: ${error.message}`);
    throw error;
  }
}

/** A place is its latitude and longitude, a vector its axes: `--field lat,lon`. */
function columnsOf({ operation: { name, input }, fields }: AnalyseRequest): string[][] {
  const { kind, fieldsMin, fieldsMax } = input;
  if (fields.length < fieldsMin || fields.length > fieldsMax) {
    const wanted = fieldsMin === fieldsMax ? fieldsMin : `${fieldsMin} to ${fieldsMax}`;
    throw new UsageError(`${name} takes ${wanted} fields, each with a --field of its own; ${fields.length} are given.`);
  }
  if (kind === 'number') return fields.map((field) => [field]);
  const columns = fields.map((field) => field.split(',').map((column) => column.trim()));
  const wrong = columns.find(({ length }) => length < 2 || length > 3);
  if (wrong)
    throw new UsageError(
      `${name} takes a ${kind}: name its columns with commas between, like --field ${kind === 'location' ? 'lat,lon' : 'x,y,z'}.`,
    );
  return columns;
}

/** Undefined where these parameters need the whole column: a fit, a centred window. */
function streaming({ online }: Operation, values: Values): OnlineReducer | undefined {
  try {
    online?.initial(values);
    return online;
  } catch (error) {
    if (error instanceof OperationError) return undefined;
    throw error;
  }
}

interface Work {
  values: Values;
  table: Table;
  target: Writable;
  host: Host;
}

async function stream(
  reducer: OnlineReducer,
  { operation, values, table, target, host }: Work & { operation: Operation },
): Promise<number> {
  const { columns } = operation;
  const showsValue = columns.every(({ name }) => name !== 'value');
  let text = csvLine(['time', ...(showsValue ? ['value'] : []), ...columns.map(({ name }) => name)]);
  let state = reducer.initial(values);
  let rows = 0;
  let late = 0;
  let latest = -Infinity;
  for await (const { timeText, time, values: read } of table.rows()) {
    if (time < latest) late++;
    else latest = time;
    const next = reducer.step(state, latest, read[0]!, values);
    state = next.state;
    const cells = columns.map(({ kind }, at) => cellOf(next.row[at]!, kind));
    text += csvLine([timeText, ...(showsValue ? [cellOf(read[0]!, 'number')] : []), ...cells]);
    rows++;
    if (text.length > BUFFER_CHARACTERS) text = await flush(text, target);
    if (rows % PROGRESS_EVERY_ROWS === 0) host.out.progress(`${formatCount(rows)} rows`);
    if (host.signal.aborted) break;
  }
  await flush(text, target);
  if (late > 0) host.out.error(`${formatCount(late)} rows are older than a row above them; they were taken as they came.`);
  return rows;
}

async function compute(work: Work & { request: AnalyseRequest; fields: string[][] }): Promise<number> {
  const { request, fields, values, table, target, host } = work;
  const { operation, file } = request;
  const read = await readSeries(table, { fields, kind: operation.input.kind, deviceId: basename(file, extname(file)) });
  const result = operation.run(read.input, values, (done) => {
    if (done > 0 && done < 1) host.out.progress(`${Math.floor(done * 100)} %`);
  });
  let text = '';
  let rows = -1;
  for (const line of resultLines(operation, result, read, table)) {
    text += line;
    rows++;
    if (text.length > BUFFER_CHARACTERS) text = await flush(text, target);
  }
  await flush(text, target);
  if (request.summary !== undefined) await writeFile(request.summary, `${JSON.stringify(result.summary, null, 2)}\n`);
  return rows;
}

const cellOf = (value: number, kind: string): string =>
  Number.isNaN(value) ? '' : kind === 'boolean' ? (value === 0 ? 'false' : 'true') : String(value);

async function flush(text: string, target: Writable): Promise<string> {
  if (text && !target.write(text)) await once(target, 'drain');
  return '';
}
