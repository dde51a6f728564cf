/** Health and metrics over HTTP for the apps that have no other door: the same paths and answers as the api's own. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whether an app can do its work, and by which checks. */
export interface Health {
  /** `degraded`: it does what must not stop, but something else is away. */
  status: 'ok' | 'degraded' | 'unavailable';
  /** By name: `ok`, or what is wrong. */
  checks: Record<string, string>;
}

/** Of an app that needs all that it checks. */
export function healthOf(checks: Health['checks']): Health {
  return { status: Object.values(checks).every((said) => said === 'ok') ? 'ok' : 'unavailable', checks };
}

/** Only what is unavailable is taken out of rotation. */
export const httpStatusOf = ({ status }: Health): 200 | 503 => (status === 'unavailable' ? 503 : 200);

export interface HealthServerOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** False where only a new start can help. */
  isLive?: () => boolean;
  isReady: () => Promise<Health>;
  metrics: () => Promise<string>;
  /** Of what `metrics` gives. */
  contentType: string;
}

export interface HealthServer {
  url: string;
  port: number;
  close(): Promise<void>;
}

/** What container runtimes and Prometheus ask for; the api has the same. */
export const HEALTH_PATHS = { live: '/health/live', ready: '/health/ready', metrics: '/metrics' } as const;

/** Shorter than the time-out of any probe, so that the answer says what hangs. */
const READY_WITHIN_MS = 2_500;

interface Answer {
  status: number;
  type: string;
  body: string;
  headers?: Record<string, string>;
}

/** Resolves when it listens; rejects with Node's error (`EADDRINUSE` with its `port`) where it cannot. */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answerTo(options, request).then(
      (answer) => send(request, response, answer),
      (error: unknown) => send(request, response, json(500, { status: 'failed', error: String(error) })),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerTo(options: HealthServerOptions, { method, url = '' }: IncomingMessage): Promise<Answer> {
  const path = url.split('?')[0];
  const known = Object.values<string | undefined>(HEALTH_PATHS).includes(path);
  if (!known) return json(404, { status: 'unknown', paths: Object.values(HEALTH_PATHS) });
  if (method !== 'GET' && method !== 'HEAD') return { ...json(405, { status: 'unknown' }), headers: { allow: 'GET, HEAD' } };
  if (path === HEALTH_PATHS.metrics) return { status: 200, type: options.contentType, body: await options.metrics() };
  if (path === HEALTH_PATHS.live) return options.isLive?.() === false ? json(503, { status: 'failed' }) : json(200, { status: 'ok' });
  const health = await readiness(options.isReady);
  return json(httpStatusOf(health), health);
}

async function readiness(isReady: HealthServerOptions['isReady']): Promise<Health> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Health>((resolve) => {
    const checks = { process: `no answer within ${READY_WITHIN_MS} ms` };
    timer = setTimeout(() => resolve({ status: 'unavailable', checks }), READY_WITHIN_MS);
  });
  try {
    return await Promise.race([isReady(), late]);
  } catch (error) {
    return { status: 'unavailable', checks: { process: error instanceof Error ? error.message : String(error) } };
  } finally {
    clearTimeout(timer);
  }
}

const json = (status: number, body: object): Answer => ({ status, type: 'application/json; charset=utf-8', body: JSON.stringify(body) });

function send({ method }: IncomingMessage, response: ServerResponse, { status, type, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', ...headers });
  response.end(method === 'HEAD' ? undefined : body);
}
