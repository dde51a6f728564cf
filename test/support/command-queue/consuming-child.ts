/** An ingestor's end of the queue in a process of its own, to be killed: tells its parent what it is handed and answers, or does not. */
import { openRabbitMqCommandQueue } from '#adapters/rabbitmq';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import type { ChildConfig, FromChild } from './consuming-process.js';

const { behaviour, ...config } = JSON.parse(process.argv[2]!) as ChildConfig;
const tell = (message: FromChild): void => void process.send!(message);
// Never without its parent.
process.on('disconnect', () => process.exit(0));

const queue = await openRabbitMqCommandQueue({ ...config, role: 'consumer' });
let deliveries = 0;

function decide(command: CommandEnvelope): Promise<CommandAnswer> {
  const { commandId, stream, redelivered = false } = command;
  if (behaviour === 'dies' || commandId.startsWith('poison')) process.kill(process.pid, 'SIGKILL');
  deliveries++;
  tell({ kind: 'got', commandId, stream, redelivered });
  if (behaviour === 'silent') return new Promise(() => undefined);
  return Promise.resolve({ ok: true, position: deliveries, revision: 0, value: { commandId } });
}

await queue.consume((batch) => batch.map(decide));
process.on('message', (message) => {
  if (message === 'partitions') tell({ kind: 'partitions', partitions: queue.partitions()! });
  if (message === 'close') void queue.close().then(() => process.exit(0));
});
tell({ kind: 'ready' });
