/** A network that loses connections, with and without telling anyone. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Proxy {
  port: number;
  /** What is connected now stays connected, and nothing comes through any more. New connections work. */
  freeze(): void;
  /** Breaks all connections; of those that come then, so many break the moment their client sends this text. */
  breakAt(text: string, times: number): void;
  /** How often that is still to happen. */
  readonly breaksLeft: number;
  close(): Promise<void>;
}

export async function openProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const pairs: [Socket, Socket][] = [];
  let breaking = { at: '', left: 0 };
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    pairs.push([client, upstream]);
    client.on('data', (bytes) => {
      if (breaking.left === 0 || !bytes.includes(breaking.at)) return;
      breaking.left--;
      client.destroy();
      upstream.destroy();
    });
    client.pipe(upstream).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    freeze() {
      for (const [client, upstream] of pairs.splice(0)) {
        client.unpipe(upstream);
        upstream.unpipe(client);
        client.pause();
        upstream.pause();
      }
    },
    breakAt(at, times) {
      breaking = { at, left: times };
      for (const [client, upstream] of pairs.splice(0)) {
        client.destroy();
        upstream.destroy();
      }
    },
    get breaksLeft() {
      return breaking.left;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
