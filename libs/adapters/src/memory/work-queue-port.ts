/** Work that is done on another thread: what one side sends is handed over on the other. */
import type { MessagePort } from 'node:worker_threads';
import type { JsonObject } from '#contracts';
import { WorkQueue } from '#ports';

/** The side that sends. */
export function connectWorkQueue(port: MessagePort): WorkQueue {
  return new SendingWorkQueue(port);
}

/** The side that works: puts what comes into a queue there. What does not fit into it is found by looking for it. */
export function receiveWork(port: MessagePort, queue: WorkQueue): void {
  port.on('message', (item: JsonObject) => void queue.send(item).catch(() => undefined));
}

class SendingWorkQueue extends WorkQueue {
  constructor(private readonly port: MessagePort) {
    super();
  }

  async send(item: JsonObject): Promise<void> {
    this.port.postMessage(item);
  }

  consume(): Promise<void> {
    return Promise.reject(new Error('the work is done on the other thread'));
  }

  async close(): Promise<void> {
    this.port.close();
  }
}
