/** The evaluation of one part of the log: what it knows survives in the view store, at the position of its checkpoint. */
import { partOf, type RecordedEvent } from '#contracts';
import { Evaluation, EVALUATION_VERSION, type Decided, type EvaluationPiece, type EvaluationTools } from '#domain';
import type { ViewDatabase, ViewStore, ViewTransaction } from '#ports';

const FOLLOWER = 'evaluation';
/** A statement takes so many variables. */
const ROWS_AT_ONCE = 100;

export class PartEvaluation {
  private evaluation: Evaluation;
  private seen = 0;
  /** As the store has it, as far as we know. */
  private saved = 0;

  constructor(
    private readonly views: ViewStore,
    private readonly tools: EvaluationTools,
    readonly part: number,
    private readonly parts: number,
  ) {
    this.evaluation = this.empty();
  }

  get position(): number {
    return this.seen;
  }

  /** What has seen more than the log holds, which ends at `head`, is of another log, and is forgotten. */
  async load(head: number): Promise<void> {
    await this.forgetBeyond(head);
    await this.views.snapshot(async (tx) => {
      const position = await this.savedPosition(tx);
      this.evaluation = this.empty();
      this.seen = this.saved = position;
      if (position === 0) return;
      const rows = await tx.selectFrom('alert_states').selectAll().where('part', '=', this.part).execute();
      this.evaluation.restore(
        rows.map(({ account_id, kind, id, state }) => ({ accountId: account_id, kind, id, state: JSON.parse(state) as never })),
      );
    });
  }

  private async forgetBeyond(head: number): Promise<void> {
    if ((await this.savedPosition(this.views.db)) <= head) return;
    await this.views.write(async (tx) => {
      await tx.deleteFrom('alert_states').where('part', '=', this.part).execute();
      await tx.deleteFrom('alert_checkpoints').where('follower', '=', FOLLOWER).where('part', '=', this.part).execute();
    });
  }

  /** Whether this event can matter: the data of others is not read. */
  wants(event: RecordedEvent): boolean {
    return event.position > this.seen && this.wantsOf(event.type, event.stream);
  }

  wantsOf(type: string, stream: string): boolean {
    return type === 'ReadingsReceived' ? this.evaluation.hears(stream) : true;
  }

  take(event: RecordedEvent): readonly Decided[] {
    return this.evaluation.take(event);
  }

  passed(position: number): void {
    this.seen = Math.max(this.seen, position);
  }

  advance(now: number): Decided[] {
    return this.evaluation.advance(now);
  }

  rule(accountId: string, ruleId: string) {
    return this.evaluation.rule(accountId, ruleId);
  }

  /** What was decided up to here is recorded. Where another process has written meanwhile, its state stays where it is further, and is
   *  replaced as a whole where it is not. */
  async save(): Promise<void> {
    if (this.seen === this.saved) return;
    const pieces = this.evaluation.changed();
    const position = this.seen;
    try {
      await this.views.write(async (tx) => {
        const stored = await this.savedPosition(tx);
        if (stored > position) return;
        const alone = stored === this.saved;
        if (!alone) await tx.deleteFrom('alert_states').where('part', '=', this.part).execute();
        await this.write(tx, alone ? pieces : this.evaluation.everything());
        await tx
          .insertInto('alert_checkpoints')
          .values({ follower: FOLLOWER, part: this.part, state_version: EVALUATION_VERSION, position })
          .onConflict((conflict) => conflict.columns(['follower', 'part']).doUpdateSet({ state_version: EVALUATION_VERSION, position }))
          .execute();
      });
      this.saved = position;
    } catch (error) {
      // They are to be written the next time.
      this.evaluation.remember(pieces);
      throw error;
    }
  }

  private async write(tx: ViewTransaction, pieces: readonly EvaluationPiece[]): Promise<void> {
    for (const { accountId, kind, id, state } of pieces) {
      if (state !== null) continue;
      await tx
        .deleteFrom('alert_states')
        .where('part', '=', this.part)
        .where('account_id', '=', accountId)
        .where('kind', '=', kind)
        .where('id', '=', id)
        .execute();
    }
    const rows = pieces.flatMap(({ accountId, kind, id, state }) =>
      state === null ? [] : [{ part: this.part, account_id: accountId, kind, id, state: JSON.stringify(state) }],
    );
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      await tx
        .insertInto('alert_states')
        .values(rows.slice(from, from + ROWS_AT_ONCE))
        .onConflict((conflict) =>
          conflict.columns(['part', 'account_id', 'kind', 'id']).doUpdateSet((it) => ({ state: it.ref('excluded.state') })),
        )
        .execute();
    }
  }

  /** 0 where there is nothing, or nothing that this version understands. */
  private async savedPosition(db: ViewDatabase): Promise<number> {
    const row = await db
      .selectFrom('alert_checkpoints')
      .select(['position', 'state_version'])
      .where('follower', '=', FOLLOWER)
      .where('part', '=', this.part)
      .executeTakeFirst();
    return row?.state_version === EVALUATION_VERSION ? row.position : 0;
  }

  private empty(): Evaluation {
    return new Evaluation(this.tools, (stream) => partOf(stream, this.parts) === this.part);
  }
}
