/** Peer of B2: a Fastify route that parses the body and answers, and does nothing else. */
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';

const app = fastify();
app.post('/api/v1/devices/:deviceId/readings', async (request) => {
  const { deviceId } = request.params as { deviceId: string };
  const { temperature } = request.body as { temperature: number };
  return { deviceId, accepted: typeof temperature === 'number' ? 1 : 0, duplicates: 0, rejected: [], position: '0' };
});
await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ port: (app.server.address() as AddressInfo).port });
