/** Talks to a running thingsIO over HTTP, on connections that are kept. */
import { Pool, type Dispatcher } from 'undici';
import type { Problem } from '#contracts';
import { ApiError, UnreachableError } from './api-error.js';
import { UsageError } from '../quantities.js';

export interface ApiClientOptions {
  url: string;
  apiKey?: string | undefined;
  /** Requests under way at once. */
  connections?: number;
}

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`. */
  path: string;
  query?: Record<string, string | number | undefined>;
  /** Sent as it is where it is a string, else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

const REQUEST_TIMEOUT_MS = 60_000;

export class ApiClient {
  private readonly pool: Pool;
  private readonly prefix: string;
  apiKey: string | undefined;

  constructor(private readonly options: ApiClientOptions) {
    const url = parseUrl(options.url);
    this.prefix = `${url.pathname.replace(/\/+$/, '')}/api/v1`;
    this.apiKey = options.apiKey;
    this.pool = new Pool(url.origin, {
      connections: options.connections ?? 8,
      headersTimeout: REQUEST_TIMEOUT_MS,
      bodyTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: 30_000,
    });
  }

  /** The answer's JSON; throws `ApiError` where the server refuses and `UnreachableError` where none answers. */
  async json<T>(request: ApiRequest): Promise<T> {
    const response = await this.dispatch(request);
    const text = await this.reached(response.body.text());
    if (response.statusCode >= 400) throw apiErrorOf(response, text);
    if (!text) return undefined as T;
    const parsed = parseJson(text);
    if (parsed === undefined)
      throw new ApiError(
        response.statusCode,
        { detail: `${this.options.url} did not answer with JSON; is it a thingsIO server?` },
        undefined,
      );
    return parsed as T;
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async dispatch(request: ApiRequest): Promise<Dispatcher.ResponseData> {
    const hasBody = request.body !== undefined;
    return this.reached(
      this.pool.request({
        method: request.method,
        path: this.prefix + request.path + queryText(request.query),
        headers: {
          accept: 'application/json',
          ...(this.apiKey ? { authorization: `Bearer ${this.apiKey}` } : {}),
          ...(hasBody ? { 'content-type': 'application/json' } : {}),
          ...request.headers,
        },
        ...(hasBody ? { body: typeof request.body === 'string' ? request.body : JSON.stringify(request.body) } : {}),
      }),
    );
  }

  private async reached<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (cause) {
      throw new UnreachableError(this.options.url, cause);
    }
  }
}

export function devicePath(deviceId: string, rest = ''): string {
  return `/devices/${encodeURIComponent(deviceId)}${rest}`;
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new UsageError(`"${text}" is not a URL; write it like http://127.0.0.1:3000.`);
  return url;
}

function queryText(query: ApiRequest['query']): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()}`;
}

function apiErrorOf(response: Dispatcher.ResponseData, text: string): ApiError {
  const parsed = parseJson(text);
  const problem = parsed !== null && typeof parsed === 'object' ? (parsed as Partial<Problem>) : {};
  const retryAfter = Number(response.headers['retry-after']);
  return new ApiError(response.statusCode, problem, Number.isFinite(retryAfter) ? retryAfter * 1_000 : undefined);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
