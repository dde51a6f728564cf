/** What the queue consists of in the broker. Declared by whoever comes first; the same by all. */
import type { Channel } from 'amqplib';
import type { RabbitMqSettings } from './settings.js';

/** Routes a command by the number of its partition. */
export const COMMANDS_EXCHANGE = 'thingsio.commands';
/** Where ingestors tell each other that they live. */
export const MEMBERS_EXCHANGE = 'thingsio.members';
/** Commands whose consumers died too often, on their way to where an operator sees them. */
export const PARKED_QUEUE = 'thingsio.commands.parked';
/** What is no command at all. */
export const UNREADABLE_QUEUE = 'thingsio.commands.unreadable';

export const queueOf = (partition: number): string => `${COMMANDS_EXCHANGE}.${partition}`;

/** The broker's own bound, far above ours: should no consumer ever get as far as counting. Above, a quorum queue parks by itself. */
const BROKER_DELIVERIES_MAX = 100;
/** Of what is parked nothing is ever dropped. */
const PARKED_DELIVERIES_MAX = 1_000_000;

type Shape = Pick<RabbitMqSettings, 'partitions' | 'queueType'>;

export async function declareCommands(channel: Channel, { partitions, queueType }: Shape): Promise<void> {
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  await Promise.all([
    channel.assertExchange(COMMANDS_EXCHANGE, 'direct', { durable: true }),
    ...[PARKED_QUEUE, UNREADABLE_QUEUE].map((name) => channel.assertQueue(name, { durable: true, arguments: parkedArguments(queueType) })),
    ...all.map((partition) => channel.assertQueue(queueOf(partition), { durable: true, arguments: partitionArguments(queueType) })),
    ...all.map((partition) => channel.bindQueue(queueOf(partition), COMMANDS_EXCHANGE, `${partition}`)),
  ]);
}

function partitionArguments(queueType: Shape['queueType']): object {
  const one = { 'x-queue-type': queueType, 'x-single-active-consumer': true };
  if (queueType === 'classic') return one;
  return {
    ...one,
    'x-delivery-limit': BROKER_DELIVERIES_MAX,
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': PARKED_QUEUE,
    'x-dead-letter-strategy': 'at-least-once',
    // What at-least-once dead-lettering asks for; no length is bounded here.
    'x-overflow': 'reject-publish',
  };
}

const parkedArguments = (queueType: Shape['queueType']): object =>
  queueType === 'classic' ? { 'x-queue-type': queueType } : { 'x-queue-type': queueType, 'x-delivery-limit': PARKED_DELIVERIES_MAX };
