/** A plain HTTP client of the public contract, for journeys. */

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Client {
  url: string;
  key: string | undefined;
  call<T = Record<string, unknown>>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  as(key: string | undefined): Client;
}

/** A body that is a string or bytes is sent as it is (give its content type); anything else as JSON. */
export function createClient(url: string, key?: string): Client {
  return {
    url,
    key,
    as: (other) => createClient(url, other),
    async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const raw = typeof body === 'string' || body instanceof Uint8Array;
      const answer = await fetch(
        `${url}${path.startsWith('/api/') || path.startsWith('/health') || path.startsWith('/metrics') || path.startsWith('/docs') ? '' : '/api/v1'}${path}`,
        {
          method,
          headers: {
            ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
            ...(key ? { authorization: `Bearer ${key}` } : {}),
            ...headers,
          },
          body: body === undefined ? undefined : raw ? (body as string) : JSON.stringify(body),
        },
      );
      const text = await answer.text();
      const json = /json/.test(answer.headers.get('content-type') ?? '');
      return { status: answer.status, headers: answer.headers, body: (json && text ? JSON.parse(text) : text) as T };
    },
  };
}

let accounts = 0;

/** A new account with its first key (read, write, manage). */
export async function openAccount(url: string): Promise<Client & { accountId: string; email: string; password: string }> {
  const email = `user-${process.pid}-${Date.now()}-${accounts++}@example.org`;
  const password = 'correct horse battery staple';
  const answer = await createClient(url).call<{ accountId: string; apiKey: string }>('POST', '/accounts', { email, password });
  if (answer.status !== 201) throw new Error(`no account: ${answer.status} ${JSON.stringify(answer.body)}`);
  return { ...createClient(url, answer.body.apiKey), accountId: answer.body.accountId, email, password };
}

/** Repeats until `check` is true; fails after `withinMs` with the last error or value seen. */
export async function eventually<T>(read: () => Promise<T>, check: (value: T) => boolean, withinMs = 15_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const value = await read();
    if (check(value)) return value;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms; last seen: ${JSON.stringify(value)?.slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
