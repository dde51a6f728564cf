/** Peer of B11: consumes bodies with amqplib, acknowledges each, and says when it has had as many as it was told. */
import { connect } from 'amqplib';
import { queueOf } from '#adapters/rabbitmq';

const [url = '', partitions = '', prefetch = ''] = process.argv.slice(2);
const connection = await connect(url, { noDelay: true });
const channel = await connection.createChannel();
await channel.prefetch(Number(prefetch));
let consumed = 0;
let wanted = 0;
process.on('message', (count: number) => {
  consumed = 0;
  wanted = count;
});
const take: Parameters<typeof channel.consume>[1] = (message) => {
  channel.ack(message!);
  if (++consumed === wanted) process.send?.('consumed');
};
await Promise.all(Array.from({ length: Number(partitions) }, (_, partition) => channel.consume(queueOf(partition), take)));
process.send?.('ready');
