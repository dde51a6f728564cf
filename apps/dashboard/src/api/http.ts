/** The one way to the api: same origin, session cookie, problem+json turned into `ProblemError`. */
import type { Problem } from '#contracts';
import { session } from './session.js';

const PREFIX = '/api/v1';

/** What the api answered instead of what was asked; or code `network` when there was no answer. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
  }

  get status(): number {
    return this.problem.status;
  }
}

export interface Asked {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export async function ask<T>(path: string, asked: Asked = {}): Promise<T> {
  const { body } = await askWithHeaders<T>(path, asked);
  return body;
}

/** As `ask`, with the headers of the answer: the `ETag` of what is edited, `Date` for the server's clock. Sent again once a session that
 *  has ended is renewed. */
export async function askWithHeaders<T>(path: string, asked: Asked = {}): Promise<{ body: T; headers: Headers }> {
  const response = await send(path, asked);
  noteServerClock(response.headers);
  if (!response.ok) {
    const refused = new ProblemError(await readProblem(response));
    if (isWithoutSession(refused) && (await session.renewed())) return askWithHeaders(path, asked);
    throw refused;
  }
  const text = await response.text();
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return { body: body as T, headers: response.headers };
}

export const isWithoutSession = (error: unknown): boolean =>
  error instanceof ProblemError && error.status === 401 && error.problem.code !== 'auth.bad-sign-in';

async function send(path: string, { method = 'GET', body, headers, signal, query }: Asked): Promise<Response> {
  try {
    return await fetch(urlOf(path, query), {
      method,
      credentials: 'same-origin',
      // What is to go, goes also when the page is left at once.
      keepalive: method === 'DELETE',
      signal,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ProblemError(noAnswer());
  }
}

export function urlOf(path: string, query: Asked['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  const text = parameters.toString();
  return `${PREFIX}${path}${text ? `?${text}` : ''}`;
}

async function readProblem(response: Response): Promise<Problem> {
  const answer: unknown = await response.json().catch(() => undefined);
  if (typeof answer === 'object' && answer !== null && 'title' in answer) return answer as Problem;
  return {
    type: 'about:blank',
    title: `The service answered ${response.status}.`,
    status: response.status,
    code: 'unreadable',
    detail: response.statusText,
    advice: 'Try again; if it stays, tell the operator of this service.',
  };
}

function noAnswer(): Problem {
  return {
    type: 'about:blank',
    title: 'The service cannot be reached.',
    status: 0,
    code: 'network',
    detail: 'No answer came from this page’s own server.',
    advice: 'Check the connection. Nothing you see is lost; the page goes on by itself.',
  };
}

/** Server clock minus browser clock, ms: “3 s ago” must not depend on a wrong clock here. */
let clockOffsetMs = 0;

function noteServerClock(headers: Headers): void {
  const date = Date.parse(headers.get('date') ?? '');
  if (!Number.isFinite(date)) return;
  // `Date` has whole seconds: only a difference that they cannot explain is believed.
  const offset = date + 500 - Date.now();
  clockOffsetMs = Math.abs(offset) > 1500 ? offset : 0;
}

export const serverNow = (): number => Date.now() + clockOffsetMs;
