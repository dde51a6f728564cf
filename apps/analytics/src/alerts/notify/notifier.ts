/** Notifications: put in line as alerts are recorded, sent by whoever has time, tried again with back-off, and each noted with what came of it. */
import type { AlertNotification, AlertRule, NotifyTarget, RecordedEvent } from '#contracts';
import type { Settings } from '#platform';
import type { ViewStore } from '#ports';
import { alertViewOf } from '#adapters/views';
import type { AlertsLogger } from '../retry.js';
import { deliveriesFor, repetitionOf, type DeliveryRow } from './queue-deliveries.js';
import { sendEmail, type MailSettings } from './send-email.js';
import { sendWebhook, type Sent } from './send-webhook.js';

export interface NotifySettings extends MailSettings {
  /** Webhooks may go to private networks and to this machine. */
  allowPrivate: boolean;
}

export const notifySettings = ({ smtpUrl, mailFrom, webhooksPrivate }: Settings['notifications']): NotifySettings => ({
  smtpUrl,
  from: mailFrom,
  allowPrivate: webhooksPrivate === 'allow',
});

const FOLLOWER = 'notification';
const LOOK_EVERY_MS = 500;
const AT_ONCE = 16;
/** A sender that has died is not waited for longer. */
const SENDING_MS = 60_000;
/** 2 s, 8 s, 32 s … an hour at most: about three hours in all. */
const ATTEMPTS_MAX = 8;
const FIRST_DELAY_MS = 2_000;
const LAST_DELAY_MS = 3_600_000;

export class Notifier {
  position = 0;
  private saved = 0;
  private looking: NodeJS.Timeout | undefined;
  private sending: Promise<void> = Promise.resolve();
  private stopped = false;
  private readonly counts = { delivered: 0, deliveriesFailed: 0 };

  constructor(
    private readonly views: ViewStore,
    private readonly settings: NotifySettings,
    private readonly platform: { now: () => number; logger: AlertsLogger },
    private readonly ruleOf: (accountId: string, ruleId: string) => { rule: AlertRule } | undefined,
  ) {}

  async load(): Promise<void> {
    const row = await this.views.db.selectFrom('alert_checkpoints').select('position').where('follower', '=', FOLLOWER).executeTakeFirst();
    this.position = this.saved = row?.position ?? 0;
  }

  start(): void {
    this.looking = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  figures(): Record<string, number> {
    return { ...this.counts };
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.looking);
    await this.sending;
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
      this.look();
    }
    this.position = Math.max(this.position, position);
  }

  async save(position: number): Promise<void> {
    if (position <= this.saved) return;
    const row = { follower: FOLLOWER, part: 0, state_version: 1, position };
    await this.views.write((tx) =>
      tx
        .insertInto('alert_checkpoints')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['follower', 'part']).doUpdateSet({ position }).where('alert_checkpoints.position', '<', position),
        )
        .execute(),
    );
    this.saved = position;
  }

  private look(): void {
    this.sending = this.sending
      .then(() => this.sendDue())
      .catch((error: unknown) => this.platform.logger.warn({ error: String(error) }, 'notifications could not be sent'));
  }

  private async sendDue(): Promise<void> {
    while (!this.stopped) {
      const due = await this.views.db
        .selectFrom('alert_deliveries')
        .selectAll()
        .where('state', '=', 'queued')
        .where('next_attempt_at', '<=', this.platform.now())
        .orderBy('next_attempt_at')
        .limit(AT_ONCE)
        .execute();
      if (due.length === 0) return;
      await Promise.all(due.map((row) => this.deliver(row)));
    }
  }

  private async deliver(row: DeliveryRow): Promise<void> {
    if (!(await this.claim(row))) return;
    const known = await alertViewOf(this.views.db, row.account_id, row.alert_id);
    // The view is a moment behind the log.
    if (!known) return this.settle(row, { state: 'queued', next_attempt_at: this.platform.now() + LOOK_EVERY_MS, attempts: row.attempts });
    const { alert, silencedUntil } = known;
    if (row.kind === 'repeated' && (alert.state !== 'firing' || alert.acknowledgement)) {
      return this.settle(row, { state: 'skipped', next_attempt_at: null, error: 'it is over, or acknowledged' });
    }
    if (silencedUntil > this.platform.now()) {
      await this.settle(row, { state: 'skipped', next_attempt_at: null, error: `silenced until ${new Date(silencedUntil).toISOString()}` });
      return this.repeat(row);
    }
    const body = row.body === '' ? JSON.stringify(notificationOf(row, alert)) : row.body;
    const sent = await this.send(row, body);
    await this.settle(row, { ...this.outcome(row, sent), body });
    if (sent.ok) await this.repeat(row);
  }

  /** One of several processes has it. */
  private async claim(row: DeliveryRow): Promise<boolean> {
    const claimed = await this.views.write((tx) =>
      tx
        .updateTable('alert_deliveries')
        .set({ next_attempt_at: this.platform.now() + SENDING_MS, attempts: row.attempts + 1 })
        .where('delivery_id', '=', row.delivery_id)
        .where('state', '=', 'queued')
        .where('attempts', '=', row.attempts)
        .where('next_attempt_at', '=', row.next_attempt_at)
        .executeTakeFirst(),
    );
    return claimed.numUpdatedRows === 1n;
  }

  private send(row: DeliveryRow, body: string): Promise<Sent> {
    const target = JSON.parse(row.target) as NotifyTarget;
    if (target.type === 'email') return sendEmail(target, JSON.parse(body) as AlertNotification, this.settings);
    const { allowPrivate } = this.settings;
    return sendWebhook(target, { body, deliveryId: row.delivery_id, now: this.platform.now(), allowPrivate });
  }

  private outcome(row: DeliveryRow, sent: Sent): Partial<DeliveryRow> {
    const now = this.platform.now();
    const status = sent.status ?? null;
    if (sent.ok) {
      this.counts.delivered++;
      return { state: 'delivered', delivered_at: now, next_attempt_at: null, status, error: null };
    }
    const { error, forGood } = sent;
    if (forGood || row.attempts + 1 >= ATTEMPTS_MAX) {
      this.counts.deliveriesFailed++;
      return { state: 'failed', next_attempt_at: null, status, error };
    }
    return { state: 'queued', next_attempt_at: now + Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 4 ** row.attempts), status, error };
  }

  private async settle(row: DeliveryRow, change: Partial<DeliveryRow>): Promise<void> {
    await this.views.write((tx) => tx.updateTable('alert_deliveries').set(change).where('delivery_id', '=', row.delivery_id).execute());
  }

  private async repeat(row: DeliveryRow): Promise<void> {
    if (row.repeat_every === null || row.kind === 'cleared') return;
    const next = repetitionOf(row, row.created_at, this.platform.now());
    await this.views.write((tx) =>
      tx
        .insertInto('alert_deliveries')
        .values(next)
        .onConflict((conflict) => conflict.column('delivery_id').doNothing())
        .execute(),
    );
  }
}

function notificationOf({ delivery_id: deliveryId, kind }: DeliveryRow, alert: AlertNotification['alert']): AlertNotification {
  return { deliveryId, event: `alert.${kind}`, alert };
}
