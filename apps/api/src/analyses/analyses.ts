/** The analyses of an account: asked for, listed, shown, cancelled. */
import { Inject, Injectable } from '@nestjs/common';
import { STANDING } from '#adapters/views';
import { type AnalysisView, analysisStream, type ListView } from '#contracts';
import { ViewStore, WorkQueue } from '#ports';
import { CommandSender } from '../commands/shared/command-sender.js';
import type { Mint } from '../commands/shared/mint.js';
import type { AnalysisBody } from '../doors/rest/dto/bodies.js';
import { refuse } from '../doors/rest/problem-error.js';
import { cursorOf, placeOf } from '../queries/shared/cursor.js';
import { pageOfRows } from '../queries/shared/page-of-rows.js';
import { badParameter, limitOf, type Parameters, timeOf, wholeOf } from '../queries/shared/parameters.js';
import { type ApiSettings, CLOCK, type Clock, LOG, type Log, SETTINGS } from '../tokens.js';
import { analysisResult } from './analysis-result.js';
import { analysisView, type AnalysisWithRun, outcomeOf } from './analysis-view.js';
import { AnalysisWishes } from './read-request.js';

export interface AskedBy {
  accountId: string;
  correlationId: string;
}

/** Events keep what a result was computed from, not the result. */
const RESULT_GONE = 'The result is gone: views were built again since. Ask for the same again.';

@Injectable()
export class Analyses {
  constructor(
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(CommandSender) private readonly sender: CommandSender,
    @Inject(AnalysisWishes) private readonly wishes: AnalysisWishes,
    @Inject(WorkQueue) private readonly work: WorkQueue,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async request(body: AnalysisBody, mint: Mint, { accountId, correlationId }: AskedBy): Promise<AnalysisView> {
    const wish = await this.wishes.read(accountId, body);
    const analysisId = mint.id('n');
    const data = { accountId, analysisId, ...wish };
    await this.sender.tellAndShow(
      analysisStream(accountId, analysisId),
      { type: 'RequestAnalysis', data },
      { accountId, correlationId, mint },
    );
    // Only the short way: a worker looks for what waits by itself, too.
    await this.work.send({ accountId, analysisId }).catch((error: unknown) => {
      this.log.warn({ error: String(error), correlationId, analysisId }, 'an analysis could not be put into the work queue');
    });
    return this.view(await this.find(accountId, analysisId));
  }

  async list(accountId: string, parameters: Parameters): Promise<ListView<AnalysisView>> {
    const limit = limitOf(parameters);
    const after = placeOf(parameters, ['number', 'string']) as [number, string] | undefined;
    let query = this.rows(accountId);
    if (after) {
      const [requestedAt, id] = after;
      query = query.where((row) =>
        row.or([
          row('requested_at', '<', requestedAt),
          row.and([row('requested_at', '=', requestedAt), row('analyses.analysis_id', '>', id)]),
        ]),
      );
    }
    const newestFirst = query.orderBy('requested_at', 'desc').orderBy('analyses.analysis_id');
    const { rows, more } = await pageOfRows(newestFirst, { limit, large: ['inputs', 'params', 'outcome', 'error'] });
    const last = rows.at(-1);
    const items = rows.map((row) => this.view(row));
    return { items, ...(more && last && { next: cursorOf([last.requested_at, last.analysis_id]) }) };
  }

  /** With its result, or the part of it that lies in a range. */
  async get(accountId: string, analysisId: string, parameters: Parameters): Promise<AnalysisView> {
    const { seriesPointsMax } = this.settings.limits;
    const rowsMax = wholeOf(parameters, 'points', { min: 2, max: seriesPointsMax }) ?? seriesPointsMax;
    const [from, to] = [timeOf(parameters, 'from'), timeOf(parameters, 'to')];
    if (from !== undefined && to !== undefined && from >= to) throw badParameter('to', 'to must be later than from.');
    const row = await this.find(accountId, analysisId);
    const view = this.view(row);
    const outcome = outcomeOf(row);
    if (!outcome && row.standing === 0) return view;
    const request = {
      operation: row.operation,
      digest: outcome?.digest ?? STANDING,
      summary: outcome?.summary ?? {},
      rowsMax,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    };
    const result = await analysisResult(this.views.db, { accountId, analysisId }, request);
    if (result) return { ...view, result };
    return outcome ? { ...view, error: RESULT_GONE } : view;
  }

  /** One that is not over is cancelled and can still be looked at; one that is over is seen no more. */
  async end(accountId: string, analysisId: string, mint: Mint, correlationId: string): Promise<void> {
    const { status } = await this.find(accountId, analysisId);
    const stream = analysisStream(accountId, analysisId);
    const asked = { accountId, correlationId, mint };
    const type = status === 'requested' ? 'CancelAnalysis' : 'DiscardAnalysis';
    await this.sender.tellAndShow(stream, { type, data: {} }, asked);
  }

  private view(row: AnalysisWithRun): AnalysisView {
    return analysisView(row, this.clock());
  }

  private async find(accountId: string, analysisId: string): Promise<AnalysisWithRun> {
    const row = await this.rows(accountId).where('analyses.analysis_id', '=', analysisId).executeTakeFirst();
    if (!row) throw refuse('analysis.unknown', `There is no analysis ${analysisId.slice(0, 128)}.`);
    return row;
  }

  private rows(accountId: string) {
    return this.views.db
      .selectFrom('analyses')
      .leftJoin('analysis_runs', (join) =>
        join.onRef('analysis_runs.account_id', '=', 'analyses.account_id').onRef('analysis_runs.analysis_id', '=', 'analyses.analysis_id'),
      )
      .selectAll('analyses')
      .select(['run', 'expires_at', 'started_at', 'phase', 'progress'])
      .where('analyses.account_id', '=', accountId)
      .where('status', '!=', 'discarded');
  }
}
