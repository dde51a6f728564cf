/** Peer of B11: publishes bodies with amqplib, persistent, so many at once until they are confirmed, and nothing else. */
import { connect } from 'amqplib';
import { COMMANDS_EXCHANGE } from '#adapters/rabbitmq';

export interface Publishing {
  bodies: { partition: number; body: string }[];
  inFlight: number;
  count: number;
}

const connection = await connect(process.argv[2]!, { noDelay: true });
const channel = await connection.createConfirmChannel();
process.on('message', ({ bodies, inFlight, count }: Publishing) => {
  const letters = bodies.map(({ partition, body }) => ({ routingKey: `${partition}`, content: Buffer.from(body) }));
  let published = 0;
  let confirmed = 0;
  const publish = (): void => {
    if (published >= count) return;
    const { routingKey, content } = letters[published++ % letters.length]!;
    channel.publish(COMMANDS_EXCHANGE, routingKey, content, { persistent: true, mandatory: true }, (error: unknown) => {
      if (error) throw error as Error;
      if (++confirmed === count) process.send?.('confirmed');
      else publish();
    });
  };
  for (let i = 0; i < inFlight; i++) publish();
});
process.send?.('ready');
