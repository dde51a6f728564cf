/** Faults over HTTP, for a stand-in in another process. */
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Faults, FaultSettings } from './faults.js';

export function openControlServer(faults: Faults, port: number): Promise<Server> {
  const routes: Record<string, (body: unknown) => Promise<unknown>> = {
    'PUT /faults': (body) => faults.set(body as Partial<FaultSettings>),
    'DELETE /faults': () => faults.clear(),
    'DELETE /subscriptions': () => faults.dropSubscriptions(),
    'DELETE /append-streams': () => faults.breakAppendStreams(),
    'GET /figures': () => faults.figures(),
  };
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const route = routes[`${request.method} ${request.url}`];
      const body = request.method === 'PUT' ? await json(request) : undefined;
      response.writeHead(route ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify((await route?.(body)) ?? null));
    };
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** The same faults, asked for from here. JSON leaves out what is undefined: that is told as null. */
export function remoteFaults(port: number): Faults {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const withNulls = (_: string, value: unknown): unknown => (value === undefined ? null : value);
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body, withNulls) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    set: async (faults) => void (await ask('PUT', '/faults', faults)),
    clear: async () => void (await ask('DELETE', '/faults')),
    dropSubscriptions: async () => (await ask('DELETE', '/subscriptions')) as number,
    breakAppendStreams: async () => (await ask('DELETE', '/append-streams')) as number,
    figures: async () => (await ask('GET', '/figures')) as Record<string, number>,
  };
}
