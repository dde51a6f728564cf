/** One request to a webhook, signed so that its receiver can tell that it comes from here and is not an old one sent again. */
import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { WebhookTarget } from '#contracts';
import { guardedLookup, RefusedAddressError, refusePrivateHost } from './guard.js';

export type Sent = { ok: true; status?: number } | { ok: false; error: string; status?: number; forGood?: boolean };

const TIMEOUT_MS = 10_000;

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">` */
export function signatureOf(secret: string, body: string, now: number): string {
  const t = Math.floor(now / 1_000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}

export async function sendWebhook(
  { url, secret = '' }: WebhookTarget,
  { body, deliveryId, now, allowPrivate }: { body: string; deliveryId: string; now: number; allowPrivate: boolean },
): Promise<Sent> {
  try {
    const target = new URL(url);
    if (!allowPrivate) refusePrivateHost(target.hostname);
    const status = await post(
      target,
      body,
      {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'thingsio-alerts',
        'x-thingsio-delivery': deliveryId,
        'x-thingsio-signature': signatureOf(secret, body, now),
      },
      allowPrivate,
    );
    if (status >= 200 && status < 300) return { ok: true, status };
    return { ok: false, status, error: `the receiver answered ${status}` };
  } catch (error) {
    return { ok: false, error: (error as Error).message, ...(error instanceof RefusedAddressError && { forGood: true }) };
  }
}

/** Follows no redirect: where it leads was not what the rule says. */
function post(url: URL, body: string, headers: Record<string, string>, allowPrivate: boolean): Promise<number> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sending = request(
      url,
      {
        method: 'POST',
        headers,
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(!allowPrivate && { lookup: guardedLookup as never }),
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        // What it says is of no interest, and may be endless.
        response.destroy();
      },
    );
    sending.on('error', reject);
    sending.end(body);
  });
}
