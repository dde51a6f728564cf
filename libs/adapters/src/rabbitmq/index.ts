export { openRabbitMqCommandQueue, RabbitMqCommandQueue } from './rabbitmq-command-queue.js';
export { COMMANDS_EXCHANGE, PARKED_QUEUE, queueOf, UNREADABLE_QUEUE } from './topology.js';
export type { RabbitMqCommandQueueConfig, RabbitMqLogger } from './settings.js';
