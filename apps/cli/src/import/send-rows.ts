/** Streams rows to the server, a few batches under way at once, numbered by row. */
import { randomUUID } from 'node:crypto';
import { countRejected, deliver } from '../client/delivery.js';
import { formatCount } from '../quantities.js';
import type { Context } from '../simulate/simulate.js';
import type { ReadingOfRow } from './row-to-reading.js';
import type { Row } from './rows.js';

export interface SendRowsOptions {
  deviceId: string;
  batch: number;
  total: number;
  giveUpAfterMs: number;
}

export interface RefusedRow {
  line: number;
  field?: string | undefined;
  code: string;
  message: string;
}

export interface Sending {
  counts: { sent: number; stored: number; duplicates: number; rejected: number };
  /** Rows are numbered from 1; the number of the last one sent. */
  highestSeq: number;
  /** The first few. */
  refused: RefusedRow[];
  failure: Error | undefined;
}

const REFUSED_SHOWN_MAX = 10;
/** One device is one actor: more under way would only wait in its mailbox. */
const UNDER_WAY_MAX = 4;

export async function sendRows(
  rows: AsyncIterable<Row>,
  toReading: ReadingOfRow,
  options: SendRowsOptions,
  context: Context,
): Promise<Sending> {
  const sending: Sending = { counts: { sent: 0, stored: 0, duplicates: 0, rejected: 0 }, highestSeq: 0, refused: [], failure: undefined };
  const runId = randomUUID();
  const startedAt = context.now();
  const underWay = new Set<Promise<void>>();
  let batch: Row[] = [];

  const send = async (sent: Row[], firstSeq: number) => {
    try {
      const body = JSON.stringify(sent.map((row, index) => toReading(row, firstSeq + index)));
      const answer = await deliver(
        context.client,
        { deviceId: options.deviceId, body, count: sent.length, idempotencyKey: `${runId}.${firstSeq}` },
        { giveUpAfterMs: options.giveUpAfterMs },
      );
      note(sending, sent, answer);
      reportProgress();
    } catch (error) {
      sending.failure ??= error instanceof Error ? error : new Error(String(error));
    }
  };
  const reportProgress = () => {
    const { sent, rejected } = sending.counts;
    const perSecond = sent / Math.max(0.001, (context.now() - startedAt) / 1_000);
    context.out.progress(
      `${formatCount(sent)} of ${formatCount(options.total)} rows (${Math.floor((100 * sent) / options.total)} %)  ${formatCount(perSecond)} rows/s  refused ${formatCount(rejected)}`,
    );
  };
  const flush = async () => {
    if (batch.length === 0) return;
    while (underWay.size >= UNDER_WAY_MAX) await Promise.race(underWay);
    if (sending.failure) return;
    const firstSeq = sending.highestSeq + 1;
    sending.highestSeq += batch.length;
    const task: Promise<void> = send(batch, firstSeq).finally(() => underWay.delete(task));
    underWay.add(task);
    batch = [];
    // Nothing is received before row 1: from there on the ledger tells which rows are there.
    if (firstSeq === 1) await task;
  };

  for await (const row of rows) {
    if (context.signal.aborted || sending.failure) break;
    batch.push(row);
    if (batch.length >= options.batch) await flush();
  }
  if (!context.signal.aborted) await flush();
  await Promise.all(underWay);
  return sending;
}

function note(sending: Sending, sent: Row[], answer: Awaited<ReturnType<typeof deliver>>): void {
  sending.counts.sent += sent.length;
  sending.counts.stored += answer.accepted;
  sending.counts.duplicates += answer.duplicates;
  sending.counts.rejected += countRejected(answer.rejected);
  for (const { index, field, code, message } of answer.rejected) {
    if (sending.refused.length >= REFUSED_SHOWN_MAX) return;
    sending.refused.push({ line: sent[index]?.line ?? 0, field, code, message });
  }
}
