/** What the writer's thread does: owns the writing connection of the log, serves every connection's port, and may lodge somebody who appends
 *  much. The only thread that waits for the disk. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { OwnWriter } from './own-writer.js';
import {
  packOutcomes,
  unpackRequests,
  type ConnectionToWriter,
  type OwnerToWriter,
  type WriterData,
  type WriterToConnection,
  type WriterToOwner,
} from './writer-protocol.js';

/** Who lives on the writer's thread too, and what it was given: see `openLodgersLog`. */
export interface Lodger {
  port: MessagePort;
  data: unknown;
  dir: string;
  writer: OwnWriter;
}

/** Called once, by the thread's file. What cannot be opened is told to the owner, and ends the thread. */
export function serveWriter(lodge?: (lodger: Lodger) => void): void {
  const owner = parentPort!;
  const tellOwner = (message: WriterToOwner): void => owner.postMessage(message);
  try {
    const { dir, durability } = workerData as WriterData;
    new Server(owner, dir, new OwnWriter(dir, durability), lodge);
    tellOwner({ ready: true });
  } catch (error) {
    const { name, message } = error as Error;
    tellOwner({ cannotOpen: { name, message } });
    owner.close();
  }
}

class Server {
  readonly #ports = new Set<MessagePort>();
  /** Who wants to know of a head above which position. */
  readonly #wishes = new Map<MessagePort, number>();

  constructor(
    private readonly owner: MessagePort,
    private readonly dir: string,
    private readonly writer: OwnWriter,
    private readonly lodge: ((lodger: Lodger) => void) | undefined,
  ) {
    writer.watch({
      committed: (head) => {
        for (const [port, above] of this.#wishes) if (head > above) this.#tellHead(port, head);
      },
      // The thread dies of it and is started again: opening the log anew tells what is on the disk.
      failed: (error) => {
        throw error;
      },
    });
    owner.on('message', (message: OwnerToWriter) => this.#obey(message));
  }

  #obey(message: OwnerToWriter): void {
    if ('connect' in message) this.#connect(message.connect);
    else if ('lodge' in message) this.lodge?.({ port: message.lodge, data: message.data, dir: this.dir, writer: this.writer });
    else this.#close();
  }

  #connect(port: MessagePort): void {
    this.#ports.add(port);
    port.on('message', (request: ConnectionToWriter) => this.#receive(port, request));
    port.on('close', () => {
      this.#ports.delete(port);
      this.#wishes.delete(port);
    });
  }

  #close(): void {
    this.writer.close();
    for (const port of this.#ports) port.close();
    this.owner.close();
  }

  #receive(port: MessagePort, { appends, snapshots, tellAbove }: ConnectionToWriter): void {
    if (appends) {
      const { ids, jobs } = unpackRequests(appends);
      this.writer.add(jobs, appends.frames.byteLength, (outcomes) => port.postMessage(packOutcomes(ids, outcomes)));
    }
    for (const { id, snapshot } of snapshots ?? []) {
      this.writer.add([{ snapshot }], snapshot.state.length, (outcomes) => port.postMessage(packOutcomes([id], outcomes)));
    }
    if (tellAbove === undefined) return;
    this.#wishes.set(port, tellAbove);
    if (this.writer.head > tellAbove) this.#tellHead(port, this.writer.head);
  }

  #tellHead(port: MessagePort, head: number): void {
    this.#wishes.delete(port);
    port.postMessage({ head } satisfies WriterToConnection);
  }
}
