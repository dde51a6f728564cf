import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { Readiness } from '../../operator/readiness.js';
import { replyWithFailure } from './problem-reply.js';
import { createAdapter, prepareServer } from './server.js';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const forwarded = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };

it.each([
  [undefined, '10.1.2.3', ['10.1.2.3', 'http']],
  [['uniquelocal'], '10.1.2.3', ['203.0.113.7', 'https']],
  [['10.1.0.0/16'], '10.1.2.3', ['203.0.113.7', 'https']],
  [['10.1.0.0/16'], '10.2.2.3', ['10.2.2.3', 'http']],
])('believes of who asks what the proxies %j say, not what %s says', async (proxies, remoteAddress, seen) => {
  const fastify = createAdapter(quiet, proxies).getInstance() as unknown as FastifyInstance;
  fastify.get('/', async ({ ip, protocol }) => [ip, protocol]);
  const answer = await fastify.inject({ path: '/', headers: forwarded, remoteAddress });
  expect(answer.json()).toEqual(seen);
  await fastify.close();
});

describe('a request that is broken', () => {
  let fastify: FastifyInstance;
  let socket: Socket;
  afterEach(async () => {
    socket.destroy();
    await fastify.close();
  });

  /** What the server says to `bytes`, until it closes the connection. `answered`: what a whole request waits for. */
  async function saidTo(bytes: string, answered: Promise<void> = Promise.resolve(), arrivesWithinMs?: number): Promise<string> {
    fastify = createAdapter(quiet).getInstance() as unknown as FastifyInstance;
    prepareServer(fastify, { isStopping: () => false } as Readiness);
    fastify.setErrorHandler((error, request, reply) => replyWithFailure(error, request, reply, quiet));
    if (arrivesWithinMs !== undefined)
      Object.assign(fastify.server, { requestTimeout: arrivesWithinMs, headersTimeout: arrivesWithinMs, connectionsCheckingInterval: 5 });
    fastify.post('/', async ({ body }) => answered.then(() => ({ got: body })));
    await fastify.listen({ port: 0, host: '127.0.0.1' });
    socket = connect({ port: (fastify.server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
    socket.write(bytes);
    await once(socket, 'end');
    return said;
  }
  const head = (length: number): string =>
    `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

  it('is refused, after what came whole before it on its connection was answered', async () => {
    let answer!: () => void;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const said = saidTo(`${head(7)}{"n":1}xx\r\n\r\n`, answered);
    setImmediate(answer);
    expect(await said).toMatch(/^HTTP\/1.1 200 OK[^]*\{"got":\{"n":1\}\}HTTP\/1.1 400 Bad Request[^]*request.malformed/);
  });

  it('is refused at once where it has not come whole, and its connection does not stay', async () => {
    const chunked = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"n\r\nxx\r\n';
    expect(await saidTo(chunked)).toMatch(/^HTTP\/1.1 400 Bad Request/);
    // The other side keeps its half open; ours is closed all the same.
    await expect
      .poll(() => new Promise<number>((resolve) => fastify.server.getConnections((_, count) => resolve(count))), { timeout: 5_000 })
      .toBe(0);
  });

  /** Status line, and the problem's own status and code. */
  const problemIn = (said: string): unknown[] => {
    const { status, code } = JSON.parse(said.slice(said.indexOf('\r\n\r\n') + 4)) as { status: number; code: string };
    expect(said).toMatch(/content-type: application\/problem\+json/i);
    return [said.slice(0, said.indexOf('\r\n')), status, code];
  };

  it('is told by a code of its own that its headers are too large', async () => {
    const said = await saidTo(`GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'c'.repeat(20_000)}\r\n\r\n`);
    expect(problemIn(said)).toEqual(['HTTP/1.1 431 Request Header Fields Too Large', 431, 'request.headers-too-large']);
  });

  it.each([
    ['its headers', 'POST / HTTP/1.1\r\nHost: x\r\n'],
    ['its body', `${head(7)}{"n"`],
  ])('is told by a code of its own that %s took too long to arrive', async (_, bytes) => {
    expect(problemIn(await saidTo(bytes, undefined, 20))).toEqual(['HTTP/1.1 408 Request Timeout', 408, 'request.timeout']);
  });

  it('is told that it names no Host, where its version needs one', async () => {
    const said = await saidTo('POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n');
    expect(problemIn(said)).toEqual(['HTTP/1.1 400 Bad Request', 400, 'request.malformed']);
    expect(said).toContain('Host');
    await fastify.close();
    expect(await saidTo('POST / HTTP/1.0\r\nContent-Length: 0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 OK/);
  });
});
