/** `thingsio import`: a file becomes a device with its history, once, however often it is begun again. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { DeviceView, LedgerView } from '#contracts';
import { enter, type Credentials } from '../client/account.js';
import { devicePath } from '../client/api-client.js';
import { ApiError } from '../client/api-error.js';
import { printAccount, readLedger, settle } from '../client/closing-account.js';
import { formatCount, UsageError } from '../quantities.js';
import { table, type Output } from '../output.js';
import type { Context } from '../simulate/simulate.js';
import { slug } from './field-names.js';
import { SchemaInference, type Inference } from './infer-schema.js';
import { readingOfRow } from './row-to-reading.js';
import { openRows, type Row, type RowSource } from './rows.js';
import { sendRows, type Sending } from './send-rows.js';
import { recogniseTimes, type TimeReader } from './times.js';

export interface ImportOptions extends Credentials {
  file: string;
  device: string;
  time: string;
  tz: string;
  timeFormat?: string | undefined;
  batch: number;
  dryRun: boolean;
  giveUpAfterMs: number;
}

interface Survey {
  inference: Inference;
  times: TimeReader;
  /** Tells another file, or another reading of it, from this one, grown: of the headings, the first row and how times are read. */
  digest: string;
}

const DIGEST_TAG = 'importDigest';

export async function importFile(options: ImportOptions, context: Context): Promise<number> {
  const { client, out } = context;
  const source = await openReadings(options);
  const survey = await surveyFile(options, source, out);
  const deviceId = slug(options.device);
  describe(out, options, survey, deviceId);
  if (options.dryRun) return dryRun(options, source, survey, out);

  await enter(client, options, out);
  const device = await ensureDevice(options, context, survey, deviceId);
  const before = await readLedger(client, deviceId);
  const received = before.stored + before.rejected;
  if (received > 0) out.line(`${formatCount(received)} rows are there already; they will be recognised by their number.`);

  const toReading = readingOfRow(survey.inference, device.schema, options.time, survey.times);
  const sending = await sendRows(source.rows(), toReading, { ...options, deviceId, total: survey.inference.rows }, context);
  out.settle();
  if (sending.failure) out.error(`The import ended early: ${sending.failure.message} Run it again to go on; nothing is stored twice.`);
  else if (context.signal.aborted) out.line('Ended early. Run it again to go on; nothing is stored twice.');
  printRefused(out, source, sending.refused, sending.counts.rejected);
  out.line();
  const expected = { ...sending.counts, missing: expectedMissing(before, sending) };
  const [account] = await settle(client, [{ deviceId, before, expected }], context.standstillMs);
  const closes = account !== undefined && printAccount(out, [account], agreementOf(sending.counts.duplicates));
  // An import that ended early is not done: whoever deletes the file after it must hear that.
  return closes && !sending.failure && !context.signal.aborted ? 0 : 1;
}

function agreementOf(duplicates: number): string | undefined {
  if (duplicates === 0) return undefined;
  return `The account closes by number: ${formatCount(duplicates)} rows were there already and were left as they are; their contents were not compared.`;
}

/** What an export says of itself is not measured again: its rows are numbered and recorded anew. */
const OF_EXPORTS = ['time', 'recordedAt', 'seq'];

async function openReadings({ file, time }: ImportOptions): Promise<RowSource> {
  const source = await openRows(file);
  const measured = (cells: Row['cells']) =>
    Object.fromEntries(Object.entries(cells).filter(([heading]) => heading === time || !OF_EXPORTS.includes(heading)));
  return {
    unit: source.unit,
    async *rows() {
      let exported: boolean | undefined;
      for await (const { cells, line } of source.rows()) {
        exported ??= OF_EXPORTS.every((heading, index) => Object.keys(cells)[index] === heading);
        yield { cells: exported ? measured(cells) : cells, line };
      }
    },
  };
}

/** Rows are numbered from 1 and the first is always sent, so what was received tells where the run before stopped. */
function expectedMissing(before: LedgerView, { counts, highestSeq }: Sending): number {
  const receivedBefore = before.stored + before.rejected;
  const highest = Math.max(highestSeq, receivedBefore + before.missing.count);
  return highest - (receivedBefore + counts.stored + counts.rejected) - before.missing.count;
}

async function surveyFile(options: ImportOptions, source: RowSource, out: Output): Promise<Survey> {
  const inferring = new SchemaInference(options.time);
  let first: Row | undefined;
  let rows = 0;
  for await (const row of source.rows()) {
    first ??= row;
    inferring.add(row);
    if (++rows % 10_000 === 0) out.progress(`Looking at ${formatCount(rows)} rows …`);
  }
  out.settle();
  if (!first) throw new UsageError(`${options.file} holds no rows.`);
  const inference = inferring.result();
  if (inference.timeSamples.length === 0) {
    const known = Object.keys(first.cells);
    throw new UsageError(`There is no time in a column "${options.time}". The columns are: ${known.join(', ')}.`);
  }
  const times = recogniseTimes(options.time, inference.timeSamples, { tz: options.tz, format: options.timeFormat });
  const { time, tz, timeFormat } = options;
  const digest = createHash('sha256')
    .update(JSON.stringify([first.cells, time, tz, timeFormat]))
    .digest('hex')
    .slice(0, 16);
  return { inference, times, digest };
}

function describe(out: Output, options: ImportOptions, { inference, times }: Survey, deviceId: string): void {
  out.line(`${basename(options.file)}: ${formatCount(inference.rows)} rows → device ${deviceId}`);
  const rows = inference.columns.map(({ heading, field, schema }) => [
    heading,
    field,
    schema.type === 'enum' ? `enum of ${schema.values.length}` : schema.type,
  ]);
  for (const { lat, lon, alt, field } of inference.locations) rows.push([[lat, lon, alt].filter(Boolean).join(' + '), field, 'location']);
  out.line(
    table(
      ['column', 'field', 'type'],
      [[options.time, 'time', times.zoned ? times.description : `${times.description}, in ${options.tz} where no zone is named`], ...rows],
    ),
  );
  if (inference.empty.length > 0) out.line(`Left out, as they are empty: ${inference.empty.join(', ')}.`);
  out.line();
}

async function dryRun(options: ImportOptions, source: RowSource, survey: Survey, out: Output): Promise<number> {
  const toReading = readingOfRow(survey.inference, survey.inference.schema, options.time, survey.times);
  out.line('The first readings would be:');
  let seq = 0;
  for await (const row of source.rows()) {
    out.line(JSON.stringify(toReading(row, ++seq)));
    if (seq === 3) break;
  }
  out.line('Nothing was sent (--dry-run).');
  return 0;
}

async function ensureDevice(options: ImportOptions, { client }: Context, survey: Survey, deviceId: string): Promise<DeviceView> {
  const tags = { importedFrom: basename(options.file), [DIGEST_TAG]: survey.digest };
  try {
    await client.json({
      method: 'POST',
      path: '/devices',
      body: { deviceId, name: options.device, schema: survey.inference.schema, tags },
    });
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'device.id-taken')) throw error;
  }
  const device = await client.json<DeviceView>({ method: 'GET', path: devicePath(deviceId) });
  if (device.tags[DIGEST_TAG] !== survey.digest) {
    throw new UsageError(
      `Device ${deviceId} exists and does not hold this file, read with these --time, --tz and --time-format; rows are recognised by their number, so choose another --device.`,
    );
  }
  return device;
}

function printRefused(
  out: Output,
  source: RowSource,
  refused: { line: number; field?: string | undefined; code: string; message: string }[],
  count: number,
): void {
  if (count === 0) return;
  out.line();
  out.line(`${formatCount(count)} rows were refused${count > refused.length ? `; the first ${refused.length}` : ''}:`);
  for (const verdict of refused) {
    out.line(`  ${source.unit} ${verdict.line}${verdict.field ? `, ${verdict.field}` : ''}: ${verdict.code}: ${verdict.message}`);
  }
}
