import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { Connection } from './connection.js';

let server: Server;
afterEach(() => server.close());

it('says what to add to the URL of a server without TLS', async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `esdb://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = new Connection({ url, requestTimeoutMs: 5_000 });
  await expect(connection.check()).rejects.toThrow(`EVENTSTOREDB_URL ${url}: the server does not speak TLS: add ?tls=false`);
  await connection.close();
});
