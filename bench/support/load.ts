/** Drives many connections at once with requests made beforehand. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RawConnection } from './raw-http.js';
import type { Resources } from './resources.js';

export async function openConnections(url: string, count: number, resources: Resources): Promise<RawConnection[]> {
  const connections = await Promise.all(Array.from({ length: count }, () => RawConnection.open(url)));
  resources.onRelease(async () => connections.forEach((connection) => connection.close()));
  return connections;
}

/** Sends every queue over its connection, one request after the other; a refusal (429, 503) is waited out and repeated. */
export async function sendAll(connections: RawConnection[], queues: Buffer[][]): Promise<{ refusals: number }> {
  let refusals = 0;
  const work = async (connection: RawConnection, queue: Buffer[]) => {
    for (const request of queue) {
      for (;;) {
        const { status, retryAfter, body } = await connection.send(request);
        if (status < 300) break;
        if (status !== 429 && status !== 503) throw new Error(`the server answered ${status}: ${body.toString().slice(0, 500)}`);
        refusals++;
        await sleep(Math.max(20, retryAfter * 1_000));
      }
    }
  };
  await Promise.all(connections.map((connection, index) => work(connection, queues[index] ?? [])));
  return { refusals };
}

/** Requests per second over `seconds`, after a warm-up; each connection goes round its own requests. */
export async function requestsPerSecond(
  connections: RawConnection[],
  requests: Buffer[][],
  seconds: { warmUp: number; measured: number },
): Promise<{ rate: number; failed: number }> {
  const startedAt = performance.now();
  const from = startedAt + seconds.warmUp * 1_000;
  const until = from + seconds.measured * 1_000;
  let answered = 0;
  let failed = 0;
  const work = async (connection: RawConnection, own: Buffer[]) => {
    for (let n = 0; ; n++) {
      const { status } = await connection.send(own[n % own.length] as Buffer);
      const now = performance.now();
      if (now >= until) return;
      if (now < from) continue;
      if (status < 300) answered++;
      else failed++;
    }
  };
  await Promise.all(connections.map((connection, index) => work(connection, requests[index] ?? [])));
  return { rate: answered / seconds.measured, failed };
}
