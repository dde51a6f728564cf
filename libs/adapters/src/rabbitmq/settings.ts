/** What the queue on RabbitMQ is opened with: every bound with its reason. */
import { randomUUID } from 'node:crypto';

export interface RabbitMqLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface RabbitMqCommandQueueConfig {
  /** `amqp://user:password@host:port/vhost`; `amqps:` with TLS. */
  url: string;
  /** An api sends, an ingestor consumes. */
  role: 'sender' | 'consumer';
  /** The same for all that share the broker; another number only while the queues are empty. */
  partitions?: number;
  /** Replicated, and counting deliveries by themselves; classic durable queues suit a single broker. */
  queueType?: 'quorum' | 'classic';
  /** Commands a partition hands over ahead of acknowledgements. */
  prefetch?: number;
  /** Deliveries without an acknowledgement, because the consumer died each time, before a command is parked. */
  deliveriesMax?: number;
  /** Of bodies that wait for an answer at a sender, or are being decided at a consumer. One larger command still goes alone. */
  inFlightBytesMax?: number;
  inFlightCommandsMax?: number;
  /** How long a sender waits for an answer, over broken connections too, before it says that the outcome is unknown. */
  answerWithinMs?: number;
  /** How long `close` waits for what is under way. */
  closeWithinMs?: number;
  /** What a refused caller is told to wait. */
  retryAfterMs?: number;
  /** Between two signs of life of an ingestor. */
  beatMs?: number;
  /** Names an ingestor among the others; a new one for every start. */
  memberId?: string;
  logger?: RabbitMqLogger;
}

export type RabbitMqSettings = Required<RabbitMqCommandQueueConfig>;

const DEFAULTS: Omit<RabbitMqSettings, 'url' | 'role' | 'memberId'> = {
  // Enough to share out evenly among a dozen ingestors; each costs the broker a queue and, where it is a quorum queue, a Raft group.
  partitions: 64,
  queueType: 'quorum',
  // A few appends of the busiest device; below the mailbox of one entity (1,000), which the queue therefore never overflows.
  prefetch: 64,
  // A command that is only unlucky has left by then: from the second on, it is tried with nothing beside it.
  deliveriesMax: 5,
  // As much as a process holds in flight elsewhere.
  inFlightBytesMax: 64 * 1024 * 1024,
  // A few seconds of the smallest commands.
  inFlightCommandsMax: 100_000,
  // Longer than a take-over (3 s) and a restart of the broker; shorter than what proxies wait.
  answerWithinMs: 25_000,
  closeWithinMs: 10_000,
  retryAfterMs: 1_000,
  beatMs: 1_000,
  logger: { info: () => undefined, warn: () => undefined },
};

export function settingsOf({ memberId = randomUUID(), ...config }: RabbitMqCommandQueueConfig): RabbitMqSettings {
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  return { ...DEFAULTS, memberId, ...(given as typeof config) };
}
