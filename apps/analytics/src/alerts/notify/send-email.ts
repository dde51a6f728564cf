/** One e-mail, through the server of the settings. */
import type { AlertNotification, EmailTarget } from '#contracts';
import type { Sent } from './send-webhook.js';

export interface MailSettings {
  /** `smtp://user:password@host:587` */
  smtpUrl: string | undefined;
  from: string;
}

export async function sendEmail({ to }: EmailTarget, notification: AlertNotification, { smtpUrl, from }: MailSettings): Promise<Sent> {
  if (smtpUrl === undefined) return { ok: false, forGood: true, error: 'no mail server is set: THINGSIO_SMTP_URL' };
  // Loaded when the first is sent: most never send one.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(withTimeouts(smtpUrl));
  try {
    await transport.sendMail({ from, to, messageId: `<${notification.deliveryId}@thingsio>`, ...textOf(notification) });
    return { ok: true };
  } catch (error) {
    const { responseCode: status } = error as { responseCode?: number };
    return { ok: false, error: (error as Error).message, ...(status !== undefined && { status }) };
  } finally {
    transport.close();
  }
}

/** An attempt that takes longer than it may would be made a second time beside it. */
const TIMEOUTS_MS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 10_000 };

function withTimeouts(smtpUrl: string): string {
  const url = new URL(smtpUrl);
  for (const [name, ms] of Object.entries(TIMEOUTS_MS)) if (!url.searchParams.has(name)) url.searchParams.set(name, String(ms));
  return url.href;
}

/** Lines of a subject must not break. */
export function textOf({ event, alert }: AlertNotification): { subject: string; text: string } {
  const what = { 'alert.raised': 'raised', 'alert.repeated': 'still firing', 'alert.cleared': 'cleared' }[event];
  const subject = `[${alert.severity}] ${alert.name}: ${what} for ${alert.deviceId}`.replace(/[\r\n]+/g, ' ');
  const lines = [
    subject,
    '',
    alert.cause,
    `Since ${alert.since}, raised at ${alert.raisedAt}.`,
    ...(alert.clearedAt === undefined ? [] : [`Cleared at ${alert.clearedAt}.`]),
    `Alert ${alert.alertId}`,
  ];
  return { subject, text: lines.join('\n') };
}
