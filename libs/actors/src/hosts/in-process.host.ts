/** Runs one shard on the calling thread: for tests, and for a machine with one core. */
import { randomUUID } from 'node:crypto';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import { refusal } from '../delivery.js';
import { ShardRuntime, type ShardRuntimeOptions } from '../shard-runtime.js';
import { DEFAULT_HOST_LIMITS, weightOf, type ActorHost, type HostLimits } from './actor-host.js';

export interface InProcessHostOptions extends Omit<ShardRuntimeOptions, 'writerEpoch' | 'stats'> {
  host?: Partial<HostLimits>;
}

export function openInProcessHost(options: InProcessHostOptions): ActorHost {
  const runtime = new ShardRuntime({ ...options, writerEpoch: randomUUID() });
  const { inFlightBytesMax, retryAfterMs } = { ...DEFAULT_HOST_LIMITS, ...options.host };
  let inFlightBytes = 0;
  let up = true;

  const dispatchOne = (envelope: CommandEnvelope): Promise<CommandAnswer> => {
    const weight = weightOf(envelope);
    if (inFlightBytes > 0 && inFlightBytes + weight > inFlightBytesMax) {
      return Promise.resolve(refusal('overload.queue-full', 'Too much is being taken in already.', retryAfterMs));
    }
    inFlightBytes += weight;
    return new Promise((resolve) => {
      const reply = (answer: CommandAnswer): void => {
        inFlightBytes -= weight;
        resolve(answer);
      };
      runtime.tell({ envelope, ticket: 0, retried: envelope.redelivered === true, tries: 0, reply });
    });
  };

  return {
    dispatch: (batch) => batch.map(dispatchOne),
    stats: () => [runtime.stats.view(0, 0, up)],
    close: async () => {
      await runtime.stop();
      up = false;
    },
  };
}
