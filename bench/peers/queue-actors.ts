/** Of B11: devices that live behind the queue on RabbitMQ, over a log in memory. */
import { createMemoryEventLog } from '#adapters/memory';
import { openRabbitMqCommandQueue } from '#adapters/rabbitmq';
import { openDeviceHost, registerCommand, tell } from '../support/actor-commands.js';

const [url = '', ...devices] = process.argv.slice(2);
const host = openDeviceHost(createMemoryEventLog(), devices.length);
await tell(host, devices.map(registerCommand));
const queue = await openRabbitMqCommandQueue({ url, role: 'consumer' });
await queue.consume((batch) => host.dispatch(batch));
process.send?.('ready');
