/** Sends what is in line: some at once, of each account a few, tried again with back-off, and each noted with what came of it. */
import type { AlertNotification, NotifyTarget } from '#contracts';
import type { ViewStore } from '#ports';
import { alertViewOf } from '#adapters/views';
import type { AlertsLogger } from '../retry.js';
import { repetitionOf, type DeliveryRow } from './queue-deliveries.js';
import { sendEmail, type MailSettings } from './send-email.js';
import { sendWebhook, type Sent } from './send-webhook.js';

export interface NotifySettings extends MailSettings {
  /** Webhooks may go to private networks and to this machine. */
  allowPrivate: boolean;
}

const LOOK_EVERY_MS = 500;
export const AT_ONCE = 32;
/** Who has a receiver that never answers keeps nobody else waiting. */
export const OF_ONE_ACCOUNT = 4;
/** A sender that has died is not waited for longer; an attempt takes half of it at most. */
const SENDING_MS = 60_000;
/** After 2 s, 8 s, 32 s … an hour at most: about two hours in all. */
export const ATTEMPTS_MAX = 8;
const FIRST_DELAY_MS = 2_000;
const LAST_DELAY_MS = 3_600_000;

/** How long after the failed attempt `n` (from 1) the next one is made. */
export const delayAfter = (n: number): number => Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 4 ** (n - 1));

export class Sender {
  private looking: NodeJS.Timeout | undefined;
  private filling: Promise<void> = Promise.resolve();
  private readonly underWay = new Map<string, { accountId: string; done: Promise<void> }>();
  private stopped = false;
  private readonly counts = { delivered: 0, deliveriesFailed: 0 };

  constructor(
    private readonly views: ViewStore,
    private readonly settings: NotifySettings,
    private readonly platform: { now: () => number; logger: AlertsLogger },
  ) {}

  start(): void {
    this.looking = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  figures(): Record<string, number> {
    return { ...this.counts };
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.looking);
    await this.filling;
    await Promise.all([...this.underWay.values()].map(({ done }) => done));
  }

  look(): void {
    this.filling = this.filling.then(() => this.fill()).catch((error: unknown) => this.warn(error));
  }

  private warn(error: unknown): void {
    this.platform.logger.warn({ error: String(error) }, 'notifications could not be sent');
  }

  private async fill(): Promise<void> {
    while (!this.stopped && this.underWay.size < AT_ONCE) {
      const due = await this.due(AT_ONCE);
      const before = this.underWay.size;
      for (const row of due) if (this.hasRoomFor(row)) this.begin(row);
      if (this.underWay.size === before) return;
    }
  }

  private due(limit: number): Promise<DeliveryRow[]> {
    const full = [...this.byAccount()].flatMap(([accountId, count]) => (count >= OF_ONE_ACCOUNT ? [accountId] : []));
    let query = this.views.db
      .selectFrom('alert_deliveries')
      .selectAll()
      .where('state', '=', 'queued')
      .where('next_attempt_at', '<=', this.platform.now());
    if (full.length > 0) query = query.where('account_id', 'not in', full);
    if (this.underWay.size > 0) query = query.where('delivery_id', 'not in', [...this.underWay.keys()]);
    return query.orderBy('next_attempt_at').limit(limit).execute();
  }

  private byAccount(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { accountId } of this.underWay.values()) counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
    return counts;
  }

  private hasRoomFor({ account_id, delivery_id }: DeliveryRow): boolean {
    if (this.underWay.size >= AT_ONCE || this.underWay.has(delivery_id)) return false;
    return (this.byAccount().get(account_id) ?? 0) < OF_ONE_ACCOUNT;
  }

  private begin(row: DeliveryRow): void {
    const done = this.deliver(row)
      .catch((error: unknown) => this.warn(error))
      .finally(() => {
        this.underWay.delete(row.delivery_id);
        this.look();
      });
    this.underWay.set(row.delivery_id, { accountId: row.account_id, done });
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
    return { state: 'queued', next_attempt_at: now + delayAfter(row.attempts + 1), status, error };
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
