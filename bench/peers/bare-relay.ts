/** Peer of B4: HTTP in, Socket.IO out, nothing kept. */
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { Server } from 'socket.io';

const app = fastify();
const io = new Server(app.server, { transports: ['websocket'] });
io.on('connection', (socket) => {
  socket.on('subscribe', async ({ deviceId }: { deviceId: string }, ack: (answer: unknown) => void) => {
    await socket.join(deviceId);
    ack({ ok: true, position: '0' });
  });
});
app.post('/api/v1/devices/:deviceId/readings', async (request) => {
  const { deviceId } = request.params as { deviceId: string };
  const { time, temperature, humidity } = request.body as { time: number; temperature: number; humidity: number };
  io.to(deviceId).emit('readings.recorded', {
    deviceId,
    position: '0',
    time: [time],
    fields: { temperature: [temperature], humidity: [humidity] },
  });
  return { deviceId, accepted: 1, duplicates: 0, rejected: [], position: '0' };
});
await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.({ port: (app.server.address() as AddressInfo).port });
