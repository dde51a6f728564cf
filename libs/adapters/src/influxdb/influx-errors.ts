/** Which of InfluxDB's errors may be gone in a moment, and which need a person. */
import { AbortError, HttpError, RequestTimedOutError } from '@influxdata/influxdb-client';
import { StoreUnavailableError } from '#ports';
import { textOf } from '../shared/server-url.js';

/** The server understood us and said no: to a query, or to points. */
export class InfluxRefusalError extends Error {
  override readonly name = 'InfluxRefusalError';
}

/** Said in the answer to a query: it is busy, starting or stopping. */
const PASSING_TEXTS =
  /^(timeout|query interrupted|query timeout|max-concurrent-queries|engine is closed|shard is|shutting down|service unavailable)/i;

export function isPassing(error: unknown): boolean {
  if (error instanceof StoreUnavailableError || error instanceof RequestTimedOutError || error instanceof AbortError) return true;
  if (error instanceof HttpError) return error.statusCode >= 500 || error.statusCode === 429 || error.statusCode === 408;
  if (error instanceof InfluxRefusalError) return PASSING_TEXTS.test(error.message);
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (name === 'AbortError' || name === 'TimeoutError') return true;
  return typeof code === 'string' && /^(E[A-Z_]+|HPE_\w+|UND_ERR_\w+)$/.test(code);
}

/** As the port tells it: what may succeed later is a `StoreUnavailableError`. */
export function asPortError(error: unknown): unknown {
  if (error instanceof StoreUnavailableError) return error;
  if (isPassing(error)) return new StoreUnavailableError(`InfluxDB cannot be used now: ${whyOf(error)}`, { cause: error });
  return error instanceof HttpError ? new InfluxRefusalError(`InfluxDB refused: ${whyOf(error)}`, { cause: error }) : error;
}

/** What the server says: version 1 in a header, whatever the format of the body, version 2 in JSON. */
export function whyOf(error: unknown): string {
  if (!(error instanceof HttpError)) return textOf(error);
  const { message } = (error.json ?? {}) as { message?: unknown };
  const text = error.headers?.['x-influxdb-error'] ?? message ?? (textIn(error.body ?? '') || error.statusMessage);
  return `${error.statusCode} ${String(text ?? '')}`.trim();
}

/** A query is refused in the format asked for: `{ error: … }` in MessagePack, which the client has read as text. */
function textIn(body: string): string {
  const [, text] = /^\ufffd+error\ufffd([^]*)$/.exec(body) ?? [];
  if (text === undefined) return body;
  return text.charCodeAt(0) === text.length - 1 ? text.slice(1) : text;
}
