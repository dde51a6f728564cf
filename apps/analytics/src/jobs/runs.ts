/** Who works on which analysis: claims in the view store, each good for a few seconds and renewed while the work goes on. */
import { dropResults } from '#adapters/views';
import type { AnalysisInput, AnalysisPhase, JsonObject } from '#contracts';
import type { ViewStore, ViewTables } from '#ports';

/** A worker that has not been heard of for so long is taken for dead. */
export const CLAIM_MS = 5_000;

export interface AnalysisKey {
  accountId: string;
  analysisId: string;
}

/** An analysis as its worker needs it. */
export interface Claimed extends AnalysisKey {
  /** 1 at first; above, it was begun before by one that died. */
  run: number;
  operation: string;
  params: JsonObject;
  inputs: AnalysisInput[];
  from?: number;
  to?: number;
  standing: boolean;
  /** Of the request: what was recorded before it is read. */
  position: number;
  /** Where a standing analysis goes on. */
  checkpoint?: string;
}

export interface Standing {
  phase: AnalysisPhase;
  progress: number;
}

export class Runs {
  constructor(
    private readonly views: ViewStore,
    /** Names this process, anew at each start. */
    readonly owner: string,
    private readonly now: () => number,
  ) {}

  /** Analyses that nobody works on, the oldest first: those that end, or those that stand. */
  async waiting(kind: 'ending' | 'standing', limit: number): Promise<AnalysisKey[]> {
    const rows = await this.views.db
      .selectFrom('analyses')
      .leftJoin('analysis_runs', (join) =>
        join.onRef('analysis_runs.account_id', '=', 'analyses.account_id').onRef('analysis_runs.analysis_id', '=', 'analyses.analysis_id'),
      )
      .select(['analyses.account_id', 'analyses.analysis_id'])
      .where('status', '=', 'requested')
      .where('standing', '=', kind === 'standing' ? 1 : 0)
      .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '<=', this.now())]))
      .orderBy('requested_at')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ accountId: row.account_id, analysisId: row.analysis_id }));
  }

  /** Undefined where another has it, or nobody wants it any more. */
  async claim({ accountId, analysisId }: AnalysisKey): Promise<Claimed | undefined> {
    const now = this.now();
    return this.views.write(async (tx) => {
      const row = await tx
        .selectFrom('analyses')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('analysis_id', '=', analysisId)
        .where('status', '=', 'requested')
        .executeTakeFirst();
      if (!row) return undefined;
      const claim = { owner: this.owner, expires_at: now + CLAIM_MS, started_at: now, phase: 'waiting', progress: 0 };
      const claimed = await tx
        .insertInto('analysis_runs')
        .values({ account_id: accountId, analysis_id: analysisId, run: 1, checkpoint: null, ...claim })
        .onConflict((conflict) =>
          conflict
            .columns(['account_id', 'analysis_id'])
            .doUpdateSet((it) => ({ ...claim, run: it('analysis_runs.run', '+', 1) }))
            .where('analysis_runs.expires_at', '<=', now),
        )
        .returning(['run', 'checkpoint'])
        .executeTakeFirst();
      return claimed && claimedOf(row, claimed);
    });
  }

  /** Renews the claim and says how far the work is. `lost`: another has it, or nobody wants it any more. */
  async beat(claimed: Claimed, { phase, progress }: Standing): Promise<'ours' | 'lost'> {
    const renewed = await this.views.write((tx) =>
      tx
        .updateTable('analysis_runs')
        .set({ expires_at: this.now() + CLAIM_MS, phase, progress })
        .where('account_id', '=', claimed.accountId)
        .where('analysis_id', '=', claimed.analysisId)
        .where('run', '=', claimed.run)
        .where('owner', '=', this.owner)
        .executeTakeFirst(),
    );
    return renewed.numUpdatedRows === 1n ? 'ours' : 'lost';
  }

  isWanted(key: AnalysisKey): Promise<boolean> {
    return isWanted(this.views, key);
  }

  /** Deletes what is kept of analyses that nobody wants to see any more; some at a time. */
  async forgetDiscarded(limit: number): Promise<void> {
    const rows = await this.views.db
      .selectFrom('analysis_runs')
      .innerJoin('analyses', (join) =>
        join.onRef('analysis_runs.account_id', '=', 'analyses.account_id').onRef('analysis_runs.analysis_id', '=', 'analyses.analysis_id'),
      )
      .select(['analyses.account_id', 'analyses.analysis_id'])
      .where('status', '=', 'discarded')
      .limit(limit)
      .execute();
    for (const row of rows) {
      await this.views.write(async (tx) => {
        await dropResults(tx, { accountId: row.account_id, analysisId: row.analysis_id });
        const run = tx.deleteFrom('analysis_runs').where('account_id', '=', row.account_id);
        await run.where('analysis_id', '=', row.analysis_id).execute();
      });
    }
  }

  /** Lets another begin at once, as if it had never been begun here. */
  async release(claimed: Claimed): Promise<void> {
    await this.views.write((tx) =>
      tx
        .updateTable('analysis_runs')
        .set({ expires_at: 0, run: claimed.run - 1 })
        .where('account_id', '=', claimed.accountId)
        .where('analysis_id', '=', claimed.analysisId)
        .where('run', '=', claimed.run)
        .where('owner', '=', this.owner)
        .execute(),
    );
  }
}

function claimedOf(row: ViewTables['analyses'], { run, checkpoint }: { run: number; checkpoint: string | null }): Claimed {
  return {
    accountId: row.account_id,
    analysisId: row.analysis_id,
    run,
    operation: row.operation,
    params: JSON.parse(row.params) as JsonObject,
    inputs: JSON.parse(row.inputs) as AnalysisInput[],
    ...(row.range_from !== null && { from: row.range_from }),
    ...(row.range_to !== null && { to: row.range_to }),
    standing: row.standing === 1,
    position: row.position,
    ...(checkpoint !== null && { checkpoint }),
  };
}

/** Whether an analysis still waits for its result: neither ended nor cancelled, as far as the views show. */
export async function isWanted({ db }: ViewStore, { accountId, analysisId }: AnalysisKey): Promise<boolean> {
  const row = await db
    .selectFrom('analyses')
    .select('status')
    .where('account_id', '=', accountId)
    .where('analysis_id', '=', analysisId)
    .executeTakeFirst();
  return row?.status === 'requested';
}
