/** A thingsIO in a hundred lines, for tests of the cli: devices, readings by seq, ledgers, and the failures a link has. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface FakeDevice {
  view: Record<string, unknown> & { deviceId: string };
  seqs: Set<number>;
  readings: Record<string, unknown>[];
  ledger: { received: number; stored: number; duplicates: number; rejected: number };
  answers: Map<string, { status: number; body: unknown }>;
}

export interface FakeServer {
  url: string;
  devices: Map<string, FakeDevice>;
  /** Asked at each POST of readings: `lose` does the work and drops the answer, `refuse` answers 429. */
  trouble: (request: number) => 'lose' | 'refuse' | undefined;
  /** Which readings the server wrongly forgets. */
  forgets: (reading: Record<string, unknown>) => boolean;
  requests: number;
  close(): Promise<void>;
}

type Reply = { status: number; body?: unknown; headers?: Record<string, string> };

const isValid = (reading: Record<string, unknown>) =>
  typeof reading['temperature'] === 'number' &&
  reading['temperature'] >= -40 &&
  reading['temperature'] <= 85 &&
  typeof reading['humidity'] !== 'string' &&
  reading['state'] !== 'on fire' &&
  !('smell' in reading);

export async function startFakeServer(accepts: (reading: Record<string, unknown>) => boolean = isValid): Promise<FakeServer> {
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    devices: new Map(),
    trouble: () => undefined,
    forgets: () => false,
    requests: 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const path = (request.url ?? '').replace('/api/v1', '').split('?')[0] ?? '';
    const readings = /^\/devices\/([^/]+)\/readings$/.exec(path);
    if (readings && request.method === 'POST') {
      const trouble = fake.trouble(fake.requests++);
      if (trouble === 'refuse')
        return send(response, { status: 429, body: { code: 'limit.requests', detail: 'Too many.' }, headers: { 'retry-after': '0' } });
      const reply = receive(
        decodeURIComponent(readings[1] ?? ''),
        JSON.parse(text) as Record<string, unknown>[],
        String(request.headers['idempotency-key']),
      );
      return trouble === 'lose' ? void request.socket.destroy() : send(response, reply);
    }
    send(response, manage(request.method ?? '', path, text, request.headers.authorization));
  }

  function receive(deviceId: string, readings: Record<string, unknown>[], key: string): Reply {
    const device = fake.devices.get(deviceId);
    if (!device) return { status: 404, body: { code: 'device.unknown', detail: 'There is no such device.' } };
    const known = device.answers.get(key);
    if (known) return known;
    const rejected: unknown[] = [];
    let accepted = 0;
    let duplicates = 0;
    readings.forEach((reading, index) => {
      if (fake.forgets(reading)) return;
      const seq = reading['seq'] as number;
      device.ledger.received++;
      if (device.seqs.has(seq)) duplicates++;
      else {
        device.seqs.add(seq);
        if (!accepts(reading)) return void rejected.push({ index, field: 'temperature', code: 'reading.above-max', message: 'Too hot.' });
        device.readings.push(reading);
        accepted++;
      }
    });
    device.ledger.stored += accepted;
    device.ledger.duplicates += duplicates;
    device.ledger.rejected += rejected.length;
    const body = { deviceId, accepted, duplicates, rejected, position: '1' };
    const reply =
      accepted === 0 && rejected.length > 0
        ? { status: 422, body: { code: 'readings.none-accepted', detail: 'None.', rejected } }
        : { status: 200, body };
    device.answers.set(key, reply);
    return reply;
  }

  function manage(method: string, path: string, text: string, authorization: string | undefined): Reply {
    if (path === '/accounts') return { status: 201, body: { accountId: 'a1', apiKey: 'key-1' } };
    if (authorization !== 'Bearer key-1')
      return { status: 401, body: { code: 'auth.missing', detail: 'No credentials were sent.', advice: 'Send a key.' } };
    if (method === 'POST' && path === '/devices') return register(JSON.parse(text) as FakeDevice['view']);
    const [, id = '', rest] = /^\/devices\/([^/]+)(\/\w+)?$/.exec(path) ?? [];
    const device = fake.devices.get(decodeURIComponent(id));
    if (!device) return { status: 404, body: { code: 'device.unknown', detail: 'There is no such device.' } };
    if (rest === '/ledger')
      return { status: 200, body: { deviceId: id, ...device.ledger, late: 0, missing: { count: missingIn(device.seqs), ranges: [] } } };
    if (rest === '/readings') return { status: 200, body: { deviceId: id, items: device.readings.map(itemOf) } };
    return { status: 200, body: device.view };
  }

  function register(view: FakeDevice['view']): Reply {
    if (fake.devices.has(view.deviceId)) return { status: 409, body: { code: 'device.id-taken', detail: 'Taken.' } };
    fake.devices.set(view.deviceId, {
      view,
      seqs: new Set(),
      readings: [],
      ledger: { received: 0, stored: 0, duplicates: 0, rejected: 0 },
      answers: new Map(),
    });
    return { status: 201, body: view };
  }
  return fake;
}

function missingIn(seqs: Set<number>): number {
  if (seqs.size === 0) return 0;
  let lowest = Infinity;
  let highest = -Infinity;
  for (const seq of seqs) {
    lowest = Math.min(lowest, seq);
    highest = Math.max(highest, seq);
  }
  return highest - lowest + 1 - seqs.size;
}

function itemOf({ time, seq, ...values }: Record<string, unknown>): unknown {
  return { time: new Date(time as string | number).toISOString(), recordedAt: new Date(0).toISOString(), seq, values, position: '1' };
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
