/** Starts consumers as processes of their own, and gathers what they were handed. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { RabbitMqCommandQueueConfig } from '#adapters/rabbitmq';

export interface ChildConfig extends Omit<RabbitMqCommandQueueConfig, 'role' | 'logger'> {
  /** It answers at once, or never, or dies of whatever it is handed; each dies of a command whose id begins with `poison`. */
  behaviour: 'answers' | 'silent' | 'dies';
}

export type FromChild =
  | { kind: 'ready' }
  | { kind: 'got'; commandId: string; stream: string; redelivered: boolean }
  | { kind: 'partitions'; partitions: number[] };

export type Got = Extract<FromChild, { kind: 'got' }>;

export interface ConsumingProcess {
  readonly got: Got[];
  readonly ended: Promise<unknown>;
  partitions(): Promise<number[]>;
  pause(): void;
  resume(): void;
  kill(): Promise<void>;
  close(): Promise<void>;
}

const program = new URL('../../../dist/test/support/command-queue/consuming-child.js', import.meta.url);

/** Resolves when it consumes. */
export async function startConsumingProcess(config: ChildConfig, onGot: (got: Got) => void = () => undefined): Promise<ConsumingProcess> {
  const child = fork(program, [JSON.stringify(config)], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const got: Got[] = [];
  child.on('message', (message: FromChild) => {
    if (message.kind !== 'got') return;
    got.push(message);
    onGot(message);
  });
  const gone = ended.then(() => Promise.reject(new Error('the consumer ended before it was ready')));
  gone.catch(() => undefined);
  await Promise.race([next(child, 'ready'), gone]);
  return {
    got,
    ended,
    async partitions() {
      child.send('partitions');
      return (await next(child, 'partitions')).partitions;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async close() {
      if (child.connected) child.send('close');
      await ended;
    },
  };
}

function next<K extends FromChild['kind']>(child: ChildProcess, kind: K): Promise<Extract<FromChild, { kind: K }>> {
  return new Promise((resolve) => {
    const listen = (message: FromChild): void => {
      if (message.kind !== kind) return;
      child.off('message', listen);
      resolve(message as Extract<FromChild, { kind: K }>);
    };
    child.on('message', listen);
  });
}
