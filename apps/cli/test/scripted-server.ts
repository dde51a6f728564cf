/** A server for tests of the cli that answers as its script says, and remembers what it was asked. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Reply {
  status?: number;
  body?: unknown;
}
/** By method and path below `/api/v1`: an answer, or what gives one for the query and the body. */
export type Script = Record<string, Reply | ((query: URLSearchParams, body: string) => Reply)>;

export interface ScriptedServer {
  url: string;
  /** `PATCH /projections/ledger/rebuilds/r1 {"state":"paused"}` */
  asked: string[];
  close(): Promise<void>;
}

export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://here');
      const route = `${request.method} ${pathname.replace('/api/v1', '')}`;
      asked.push(`${route} ${searchParams.toString()}${text}`.trim());
      const reply = script[route] ?? { status: 404, body: { code: 'route.not-found', detail: `There is no ${route}.` } };
      const { status = 200, body } = typeof reply === 'function' ? reply(searchParams, text) : reply;
      response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
