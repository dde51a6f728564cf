import type { FastifyInstance } from 'fastify';
import { expect, it } from 'vitest';
import { createAdapter } from './server.js';

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
