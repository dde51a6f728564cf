/** Lends the sending end of a command queue to another thread. */
import type { MessagePort } from 'node:worker_threads';
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import { CommandQueue } from '#ports';

type Way = 'send' | 'enqueue';
interface Call {
  call: number;
  way: Way;
  command: CommandEnvelope;
}
interface Answer {
  call: number;
  answer: CommandAnswer;
}

/** On the thread that has the queue. Returns the way to stop; the queue stays open. */
export function serveCommandQueue(queue: CommandQueue, port: MessagePort): () => void {
  port.on('message', ({ call, way, command }: Call) => {
    void queue[way](command).then((answer) => port.postMessage({ call, answer } satisfies Answer));
  });
  return () => port.close();
}

/** On any other. It only sends; what is not answered when the port closes is answered `overload.stopping`. */
export function connectCommandQueue(port: MessagePort): CommandQueue {
  return new ConnectedCommandQueue(port);
}

class ConnectedCommandQueue extends CommandQueue {
  private calls = 0;
  private closed = false;
  private readonly waiting = new Map<number, (answer: CommandAnswer) => void>();

  constructor(private readonly port: MessagePort) {
    super();
    port.on('message', ({ call, answer }: Answer) => {
      this.waiting.get(call)?.(answer);
      this.waiting.delete(call);
    });
    port.on('close', () => this.giveUp());
  }

  send(command: CommandEnvelope): Promise<CommandAnswer> {
    return this.ask('send', command);
  }

  enqueue(command: CommandEnvelope): Promise<CommandAnswer> {
    return this.ask('enqueue', command);
  }

  consume(): Promise<void> {
    return Promise.reject(new Error('commands are decided on the thread that has the queue'));
  }

  depth(): { commands: number; bytes: number } {
    return { commands: this.waiting.size, bytes: 0 };
  }

  async close(): Promise<void> {
    this.giveUp();
    this.port.close();
  }

  private ask(way: Way, command: CommandEnvelope): Promise<CommandAnswer> {
    if (this.closed) return Promise.resolve(STOPPING);
    const call = ++this.calls;
    return new Promise((resolve) => {
      this.waiting.set(call, resolve);
      this.port.postMessage({ call, way, command } satisfies Call);
    });
  }

  private giveUp(): void {
    this.closed = true;
    for (const resolve of this.waiting.values()) resolve(STOPPING);
    this.waiting.clear();
  }
}

const STOPPING: CommandAnswer = { ok: false, code: 'overload.stopping', message: 'the service is stopping' };
