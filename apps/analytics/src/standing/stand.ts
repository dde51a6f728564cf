/** A standing analysis: first its past, then every reading that comes, by the same reducer. Late readings, too, stand where they belong: it
 *  goes back to before them. So what it shows is what one run over everything known would give. */
import { setTimeout as sleep } from 'node:timers/promises';
import { dropChunksFrom, readResult, STANDING, writeChunks } from '#adapters/views';
import { deviceStream } from '#contracts';
import { TIME_END_MS, TIME_MIN_MS } from '#domain';
import { OperationError, operationOf, readParameters, type GivenModel } from '#timeseries';
import { keptChunk } from '../compute/compute.js';
import type { Work } from '../jobs/job.js';
import type { JobParts } from '../jobs/job-parts.js';
import { openInput } from '../jobs/read-input.js';
import { modelsFor } from '../models/models-for.js';
import type { Claimed } from '../jobs/runs.js';
import { lastOf, newsOf, type DeviceNews } from './device-news.js';
import type { LogWatch } from './log-watch.js';
import { StandingRun, type FrozenRun, type StandingOperation } from './standing-run.js';

/** The store keeps so many readings of one event apart. */
const INDEX_MAX = 2 ** 20 - 1;
const PAGE_READINGS = 10_000;
/** How often what is new is kept at most: people do not look faster. */
const KEEP_EVERY_MS = 500;
/** Rows between two looks at what else the thread has to do. */
const ROWS_AT_ONCE = 2_000;

type At = Parameters<Work>[3];
interface Checkpoint extends FrozenRun {
  revision: number;
  position: number;
}

export const standWith =
  (watch: LogWatch): Work =>
  async (parts, claimed, stop, at) => {
    try {
      const [trained] = await modelsFor(parts, claimed, { stop, at });
      return await new Standing(parts, claimed, stop, at, trained).follow(watch);
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      const { message, parameter } = error;
      return { type: 'FailAnalysis', data: { message, ...(parameter !== undefined && { parameter }) } };
    }
  };

class Standing {
  private readonly operation: StandingOperation;
  private readonly stream: string;
  private run: StandingRun;
  private known = { revision: -1, position: 0 };
  /** From this chunk on, what is kept does not hold any more. */
  private invalidFrom: number | undefined;

  constructor(
    private readonly parts: JobParts,
    private readonly claimed: Claimed,
    private readonly stop: AbortSignal,
    private readonly at: At,
    trained: GivenModel | undefined,
  ) {
    this.operation = operationIn(claimed, trained);
    this.stream = deviceStream(claimed.accountId, this.operation.deviceId);
    this.run = new StandingRun(this.operation);
  }

  async follow(watch: LogWatch): Promise<never> {
    let wake = (): void => undefined;
    let woken = true;
    const stopListening = watch.listen(this.stream, () => ((woken = true), wake()));
    const end = (): void => wake();
    this.stop.addEventListener('abort', end);
    try {
      if (!(await this.restore())) await this.begin();
      for (;;) {
        this.tell();
        while (!woken && !this.stop.aborted) await new Promise<void>((resolve) => (wake = resolve));
        this.stop.throwIfAborted();
        woken = false;
        const news = await newsOf(this.parts.log, this.stream, this.known.revision);
        if (!news) continue;
        await this.take(news);
        await sleep(KEEP_EVERY_MS, undefined, { signal: this.stop });
      }
    } finally {
      stopListening();
      this.stop.removeEventListener('abort', end);
    }
  }

  /** True where it goes on from where it, or one before it, was. */
  private async restore(): Promise<boolean> {
    const { checkpoint } = this.claimed;
    if (checkpoint === undefined) return false;
    const frozen = JSON.parse(checkpoint) as Checkpoint;
    for await (const chunk of readResult(this.parts.views.db, this.claimed, STANDING, frozen.chunk)) {
      this.run = StandingRun.thaw(this.operation, frozen, chunk);
      this.known = { revision: frozen.revision, position: frozen.position };
      return true;
    }
    return false;
  }

  /** The whole past, as of what is the newest now. */
  private async begin(): Promise<void> {
    const { parts, claimed, stop } = this;
    this.run = new StandingRun(this.operation);
    this.invalidFrom = 0;
    this.at({ phase: 'waiting', progress: 0 });
    this.known = (await lastOf(parts.log, this.stream)) ?? this.known;
    const { position } = this.known;
    await parts.shown.until(position, this.stream, stop);
    const { accountId, from } = claimed;
    const fields = [this.operation.field];
    const readings = await openInput(parts.series, { accountId, deviceId: this.operation.deviceId, fields, from, asOf: position });
    for await (const { time, values } of readings.stretches()) {
      await this.add(time, values[0]!, (row) => ({ time: time[row]!, position, index: INDEX_MAX }));
      this.at({ phase: 'computing', progress: Math.min(1, this.run.rows / readings.count), rows: this.run.rows });
      await this.keep({ checkpoint: false });
    }
    this.run.settle(position, INDEX_MAX);
    await this.keep({ checkpoint: true });
  }

  private async take({ revision, position, oldest, schemaChanged }: DeviceNews): Promise<void> {
    if (schemaChanged) return this.begin();
    const last = this.run.last;
    if (last && oldest < last.time) {
      const from = this.run.rewind(oldest);
      if (from === undefined) return this.begin();
      this.invalidFrom = Math.min(this.invalidFrom ?? Infinity, from);
    }
    await this.parts.shown.until(position, this.stream, this.stop);
    await this.readOn(position);
    this.known = { revision, position };
    await this.keep({ checkpoint: true });
  }

  private async readOn(position: number): Promise<void> {
    const { accountId, from = TIME_MIN_MS } = this.claimed;
    const { deviceId, field } = this.operation;
    let after = this.run.last ?? undefined;
    for (let more = true; more;) {
      const range = { accountId, deviceId, from, to: TIME_END_MS, asOf: position, limit: PAGE_READINGS };
      const page = await this.parts.series.readings({ ...range, ...(after && { after }) });
      const { time, parts } = page;
      const keyAt = (row: number) => ({ time: time[row]!, position: page.position[row]!, index: page.index[row]! });
      const value = parts[field];
      if (value instanceof Float64Array) await this.add(time, value, keyAt);
      if (time.length > 0) after = keyAt(time.length - 1);
      more = page.more;
    }
    this.run.settle(position, INDEX_MAX);
  }

  /** In small steps: this thread has more to do. */
  private async add(time: Float64Array, value: Float64Array, keyAt: Parameters<StandingRun['add']>[2]): Promise<void> {
    for (let from = 0; from < time.length; from += ROWS_AT_ONCE) {
      this.stop.throwIfAborted();
      this.run.add(time.subarray(from, from + ROWS_AT_ONCE), value.subarray(from, from + ROWS_AT_ONCE), (row) => keyAt(from + row));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** In one transaction; only while it is still ours. */
  private async keep({ checkpoint }: { checkpoint: boolean }): Promise<void> {
    const { claimed, invalidFrom, run, known } = this;
    const chunks = run.takeChunks().map(({ chunk, rows }) => keptChunk(rows, 0, chunk));
    const state: Checkpoint = { ...run.freeze(), ...known };
    await this.parts.views.write(async (tx) => {
      const ours = await tx
        .updateTable('analysis_runs')
        .set({ checkpoint: checkpoint ? JSON.stringify(state) : null })
        .where('account_id', '=', claimed.accountId)
        .where('analysis_id', '=', claimed.analysisId)
        .where('run', '=', claimed.run)
        .executeTakeFirst();
      if (ours.numUpdatedRows !== 1n) throw new Error('another process has it');
      if (invalidFrom !== undefined) await dropChunksFrom(tx, claimed, invalidFrom);
      await writeChunks(tx, claimed, STANDING, chunks);
    });
    this.invalidFrom = undefined;
  }

  private tell(): void {
    this.at({ phase: 'following', progress: 1, rows: this.run.rows });
  }
}

function operationIn({ operation: name, params, inputs }: Claimed, trained: GivenModel | undefined): StandingOperation {
  const operation = operationOf(name);
  if (!operation?.online) throw new OperationError(`"${name}" is not computed reading by reading`, 'operation');
  const { deviceId, field } = inputs[0]!;
  const values = readParameters(operation.parameters, params);
  const columns = operation.columns.map((column) => column.name);
  return { reducer: operation.online, values, columns, deviceId, field, ...(trained && { model: trained.model }) };
}
