/** One id from the door to the dashboard: the client's where it sent a usable one, else that of its trace, else a new one. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { readTraceparent } from '#platform';

const USABLE = /^[\w.:-]{1,128}$/;
const run = randomBytes(6).toString('hex');
let made = 0;

/** Unique over processes by its random start, within one by counting: cheap enough for every request. */
export function correlationIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const sent = request.headers['x-correlation-id'];
  if (typeof sent === 'string' && USABLE.test(sent)) return sent;
  const traced = request.headers.traceparent;
  if (typeof traced === 'string') {
    const context = readTraceparent(traced);
    if (context) return context.traceId;
  }
  return `${run}-${(made++).toString(36)}`;
}
