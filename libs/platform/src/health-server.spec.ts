import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Health, type HealthServer, type HealthServerOptions, startHealthServer } from './health-server.js';

const WELL: Health = { status: 'ok', checks: { log: 'ok' } };
let sut: HealthServer;
const start = async (options: Partial<HealthServerOptions> = {}) =>
  (sut = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    isReady: async () => WELL,
    metrics: async () => 'things 1\n',
    contentType: 'text/plain; version=0.0.4',
    ...options,
  }));
const get = async (path: string, init?: RequestInit) => {
  const answer = await fetch(`${sut.url}${path}`, init);
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get('content-type'), text, allow: answer.headers.get('allow') };
};

describe('the health server', () => {
  afterEach(() => sut.close());

  it('says on its free port that the process answers, that it is ready, and what it counts', async () => {
    await start();
    expect(await get('/health/live')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    expect(await get('/health/ready?verbose')).toMatchObject({ status: 200, text: JSON.stringify(WELL) });
    expect(await get('/metrics')).toMatchObject({ status: 200, type: 'text/plain; version=0.0.4', text: 'things 1\n' });
  });

  it('answers 503 with the checks while a server is missing', async () => {
    await start({ isReady: async () => ({ status: 'unavailable', checks: { queue: 'connection refused' } }) });
    const { status, text } = await get('/health/ready');
    expect([status, text]).toEqual([503, expect.stringContaining('connection refused')]);
    expect((await get('/health/live')).status).toBe(200);
  });

  it('answers 200 with the checks where the app does what must not stop', async () => {
    const health: Health = { status: 'degraded', checks: { series: 'connection refused' } };
    await start({ isReady: async () => health });
    expect(await get('/health/ready')).toMatchObject({ status: 200, text: JSON.stringify(health) });
  });

  it('answers 503 where a check throws, or does not come to an end', async () => {
    await start({ isReady: () => Promise.reject(new Error('POSTGRES_URL: no route to host')) });
    expect(await get('/health/ready')).toMatchObject({ status: 503, text: expect.stringContaining('no route to host') });
    await sut.close();
    await start({ isReady: () => new Promise(() => undefined) });
    expect(await get('/health/ready')).toMatchObject({ status: 503, text: expect.stringContaining('no answer within') });
  });

  it('says that only a new start can help', async () => {
    await start({ isLive: () => false });
    expect((await get('/health/live')).status).toBe(503);
  });

  it('answers 500 where the figures cannot be told, and lives on', async () => {
    await start({ metrics: () => Promise.reject(new Error('no figures')) });
    expect(await get('/metrics')).toMatchObject({ status: 500, text: expect.stringContaining('no figures') });
    expect((await get('/health/live')).status).toBe(200);
  });

  it('has no other path and takes nothing', async () => {
    await start();
    expect((await get('/')).status).toBe(404);
    expect(await get('/metrics', { method: 'POST', body: 'x' })).toMatchObject({ status: 405, allow: 'GET, HEAD' });
    expect(await get('/health/live', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  it('closes although a scraper keeps its connection open', async () => {
    await start();
    await get('/metrics');
    await sut.close();
    await expect(fetch(`${sut.url}/metrics`)).rejects.toThrow();
  });

  it('rejects with the port where that is taken', async () => {
    await start();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const options = { host: '127.0.0.1', port, isReady: async () => WELL, metrics: async () => '', contentType: 'text/plain' };
    await expect(startHealthServer(options)).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    other.close();
  });
});
