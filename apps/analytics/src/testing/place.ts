/** Views, series and a bus for tests of jobs, with entities that end analyses at once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLiveBus, createMemoryEventLog, createMemoryWorkQueue, MemorySeriesStore } from '#adapters/memory';
import { openSqliteViewStore } from '#adapters/sqlite';
import {
  accountStream,
  analysisOf,
  type AnalysisProgressedMessage,
  type CommandAnswer,
  type CommandEnvelope,
  type ModelRegistered,
} from '#contracts';
import { CommandQueue, type EventLog, type ViewTables } from '#ports';
import type { ComputeHost } from '../compute/job.js';
import { openInProcessHost } from '../compute/in-process.host.js';
import { startJobs, type Jobs } from '../jobs/start-jobs.js';

export type Place = Awaited<ReturnType<typeof createPlace>>;

export async function createPlace() {
  const dir = await mkdtemp(join(tmpdir(), 'thingsio-analytics-'));
  const views = await openSqliteViewStore({ dir });
  const [series, log, live, work] = [new MemorySeriesStore(), createMemoryEventLog(), createLiveBus(), createMemoryWorkQueue()];
  const [progressed, said]: [AnalysisProgressedMessage[], string[]] = [[], []];
  live.setListening(accountStream('a1'), true);
  live.subscribe((messages) => {
    for (const { event, data } of messages) if (event === 'analysis.progressed') progressed.push(data as never);
  });
  const say = (_: object, message: string): void => void said.push(message);
  const end: EndingQueue['end'] = (id, set) =>
    views.write((tx) => tx.updateTable('analyses').set(set).where('analysis_id', '=', id).where('status', '=', 'requested').execute());
  const commands = new EndingQueue(end, log);
  const running: Jobs[] = [];
  let position = 0;
  return {
    views,
    series,
    log,
    live,
    work,
    commands,
    progressed,
    said,
    /** Readings of the field `t` of the device `d1`, a second apart; undefined: without a value. */
    async store(values: readonly (number | undefined)[], time = values.map((_, i) => i * 1_000)): Promise<number> {
      position++;
      const schemas =
        position === 1
          ? [{ accountId: 'a1', deviceId: 'd1', position, schemaVersion: 1, schema: { fields: { t: { type: 'number' as const } } } }]
          : [];
      const columns = { schemaVersion: 1, time, fields: { t: values.map((value) => value ?? null) } };
      await series.write({
        checkpoint: position,
        schemas,
        readings: [{ accountId: 'a1', deviceId: 'd1', position, recordedAt: 0, columns }],
      });
      return position;
    },
    async request(analysisId: string, more: Partial<ViewTables['analyses']> = {}): Promise<void> {
      const row = { ...ASKED, account_id: 'a1', analysis_id: analysisId, position, ...more };
      await views.write((tx) => tx.insertInto('analyses').values(row).execute());
    },
    async start(host: ComputeHost = openInProcessHost(), { workers = 1, valuesMax = 1_000_000 } = {}): Promise<Jobs> {
      const logger = { info: say, warn: say, error: say };
      const queue = createMemoryWorkQueue();
      const jobs = await startJobs(
        { log, views, series, live, commands, work: queue },
        { parts: 1, workers, valuesMax, logger, now: Date.now, host },
      );
      running.push(jobs);
      return jobs;
    },
    analysis: (id: string) => views.db.selectFrom('analyses').selectAll().where('analysis_id', '=', id).executeTakeFirstOrThrow(),
    async remove(): Promise<void> {
      for (const jobs of running) await jobs.stop();
      await Promise.all([views.close(), live.close(), log.close()]);
      await rm(dir, { recursive: true });
    },
  };
}

const ASKED = {
  name: null,
  operation: 'difference',
  operation_version: 1,
  inputs: '[{"deviceId":"d1","field":"t"}]',
  params: '{}',
  range_from: null,
  range_to: null,
  standing: 0,
  requested_at: 0,
  status: 'requested' as const,
  ended_at: null,
  error: null,
  outcome: null,
};

type Ending = Partial<Pick<ViewTables['analyses'], 'status' | 'error' | 'outcome'>>;

/** Ends what it is told to in the views, as the entity and its projection would. */
export class EndingQueue extends CommandQueue {
  readonly sent: CommandEnvelope[] = [];
  /** Answers instead, once each. */
  readonly answers: CommandAnswer[] = [];

  constructor(
    readonly end: (analysisId: string, set: Ending) => Promise<unknown>,
    private readonly log: EventLog,
  ) {
    super();
  }

  async send(envelope: CommandEnvelope): Promise<CommandAnswer> {
    this.sent.push(envelope);
    const instead = this.answers.shift();
    if (instead) return instead;
    if (envelope.type === 'RegisterModel') await this.register(envelope);
    const { analysisId } = analysisOf(envelope.stream);
    if (envelope.type === 'CompleteAnalysis') await this.end(analysisId, { status: 'completed', outcome: JSON.stringify(envelope.data) });
    if (envelope.type === 'FailAnalysis')
      await this.end(analysisId, { status: 'failed', error: (envelope.data as { message: string }).message });
    return { ok: true, position: 1, revision: 1, value: {} };
  }

  private async register({ stream, data, commandId, accountId, correlationId }: CommandEnvelope): Promise<void> {
    const revision = (await this.log.readStream(stream, 0, 1_000)).length;
    const registered = { ...data, modelVersion: revision + 1 } as ModelRegistered['data'];
    const metadata = { eventId: commandId, commandId, accountId, correlationId, recordedAt: 0, actor: 'model/0', writerEpoch: 'e' };
    const event = {
      type: 'ModelRegistered' as const,
      eventVersion: 1,
      data: registered,
      metadata: { ...metadata, part: [0, 1] as [number, number] },
    };
    await this.log.append({ stream, expectedRevision: revision - 1, events: [event] });
  }

  enqueue(envelope: CommandEnvelope): Promise<CommandAnswer> {
    return this.send(envelope);
  }

  async consume(): Promise<void> {}

  depth(): { commands: number; bytes: number } {
    return { commands: 0, bytes: 0 };
  }

  async close(): Promise<void> {}
}
