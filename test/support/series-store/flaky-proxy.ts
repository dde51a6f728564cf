/** Stands between a store and its server, and breaks connections before a request is passed on, or after it was answered. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FlakyProxy {
  url: string;
  /** Of requests, decided for each: `lost` before the server sees it, `unanswered` after it has done it. */
  fault: (path: string) => 'none' | 'lost' | 'unanswered' | 'unavailable';
  requests: { path: string; body: string }[];
  close(): Promise<void>;
}

export async function startFlakyProxy(target: string): Promise<FlakyProxy> {
  const { hostname, port, pathname } = new URL(target);
  const proxy: FlakyProxy = { url: '', fault: () => 'none', requests: [], close: async () => undefined };
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const path = incoming.url!;
    proxy.requests.push({ path, body: body.toString() });
    const fault = proxy.fault(path);
    if (fault === 'lost') return void incoming.socket.destroy();
    if (fault === 'unavailable') return void response.writeHead(503).end('not now');
    const forwarded = request({ hostname, port, path, method: incoming.method, headers: incoming.headers });
    forwarded.on('error', () => incoming.socket.destroy());
    forwarded.end(body);
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    if (fault === 'unanswered') {
      answer.resume();
      await once(answer, 'end');
      return void incoming.socket.destroy();
    }
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  };
  const server = createServer((incoming, response) => void handle(incoming, response).catch(() => incoming.socket.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`;
  proxy.close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return proxy;
}
