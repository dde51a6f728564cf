/** Notifications are put in line as alerts are recorded; what sends them is beside. */
import type { AlertRule, RecordedEvent } from '#contracts';
import type { Settings } from '#platform';
import type { ViewStore } from '#ports';
import type { AlertsLogger } from '../retry.js';
import { deliveriesFor } from './queue-deliveries.js';
import { Sender, type NotifySettings } from './sender.js';

export type { NotifySettings } from './sender.js';

export const notifySettings = ({ smtpUrl, mailFrom, webhooksPrivate }: Settings['notifications']): NotifySettings => ({
  smtpUrl,
  from: mailFrom,
  allowPrivate: webhooksPrivate === 'allow',
});

const FOLLOWER = 'notification';

export class Notifier {
  position = 0;
  private saved = 0;
  private readonly sender: Sender;

  constructor(
    private readonly views: ViewStore,
    settings: NotifySettings,
    private readonly platform: { now: () => number; logger: AlertsLogger },
    private readonly ruleOf: (accountId: string, ruleId: string) => { rule: AlertRule } | undefined,
  ) {
    this.sender = new Sender(views, settings, platform);
  }

  /** Where nothing is known of it, as when the views were lost, it begins at the end of the log, `head`: what was recorded until then was told when
   *  it happened. So it does where it has seen more than the log holds, which then is another one. */
  async load(head: number): Promise<void> {
    const row = { follower: FOLLOWER, part: 0, state_version: 1, position: head };
    this.position = this.saved = await this.views.write(async (tx) => {
      await tx
        .insertInto('alert_checkpoints')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['follower', 'part']).doUpdateSet({ position: head }).where('alert_checkpoints.position', '>', head),
        )
        .execute();
      const stored = await tx.selectFrom('alert_checkpoints').select('position').where('follower', '=', FOLLOWER).executeTakeFirstOrThrow();
      return stored.position;
    });
  }

  start(): void {
    this.sender.start();
  }

  figures(): Record<string, number> {
    return this.sender.figures();
  }

  stop(): Promise<void> {
    return this.sender.stop();
  }

  /** Resolves when they are in line. */
  async take(events: readonly RecordedEvent[]): Promise<void> {
    const now = this.platform.now();
    const fresh = events.filter(({ position }) => position > this.position);
    const rows = fresh.flatMap((event) => deliveriesFor(event, (accountId, ruleId) => this.ruleOf(accountId, ruleId)?.rule, now));
    const position = events.at(-1)!.position;
    if (rows.length > 0) {
      await this.views.write(async (tx) => {
        for (const row of rows) {
          await tx
            .insertInto('alert_deliveries')
            .values(row)
            .onConflict((conflict) => conflict.column('delivery_id').doNothing())
            .execute();
        }
      });
      this.position = position;
      await this.save(position);
      this.sender.look();
    }
    this.position = Math.max(this.position, position);
  }

  async save(position: number): Promise<void> {
    if (position <= this.saved) return;
    await this.views.write((tx) =>
      tx.updateTable('alert_checkpoints').set({ position }).where('follower', '=', FOLLOWER).where('position', '<', position).execute(),
    );
    this.saved = position;
  }
}
