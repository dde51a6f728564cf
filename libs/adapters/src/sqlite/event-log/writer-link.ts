/** A connection's way to the writer thread: batches by tick, and a fresh port when the writer was restarted. */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { LogClosedError, StoreUnavailableError, UnknownOutcomeError, type AppendRequest, type AppendResult, type Snapshot } from '#ports';
import { encodeFrames, serialise, type SerialisedAppend } from './event-frame.js';
import { noRoom } from './no-room.js';
import {
  packRequests,
  unpackOutcomes,
  type ConnectionToWriter,
  type OwnerToConnection,
  type WriterToConnection,
} from './writer-protocol.js';

/** What crosses in one message at most: one buffer of this size is still quickly allocated, and the writer can begin with it. */
const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;

interface Pending {
  resolve(outcome: AppendResult | undefined): void;
  reject(error: Error): void;
}

export class WriterLink {
  readonly #owner: MessagePort;
  readonly #onHead: (head: number) => void;
  #writer: MessagePort | undefined;
  readonly #pending = new Places<Pending>();
  /** Not yet sent: goes with this tick, or when there is a writer again. */
  #appends: { id: number; append: SerialisedAppend }[] = [];
  #snapshots: { id: number; snapshot: Snapshot }[] = [];
  #scheduled = false;
  #wish: number | undefined;
  #wishSent = false;
  #closing = false;
  #onIdle: (() => void) | undefined;

  constructor(owner: MessagePort, onHead: (head: number) => void) {
    this.#owner = owner;
    this.#onHead = onHead;
    const obey = (message: OwnerToConnection): void => {
      if ('writer' in message) this.#use(message.writer);
      else if ('away' in message) this.#refuse(() => new StoreUnavailableError(message.away));
      else this.#abandon();
    };
    // Where there is a writer, the way to it came with the port: a log that is closed at once must still be able to write.
    for (let first = receiveMessageOnPort(owner); first; first = receiveMessageOnPort(owner)) obey(first.message as OwnerToConnection);
    owner.on('message', obey);
    owner.on('close', () => this.#abandon());
  }

  append(request: AppendRequest): Promise<AppendResult> {
    const append = serialise(request);
    return this.#enqueue((id) => this.#appends.push({ id, append })) as Promise<AppendResult>;
  }

  saveSnapshot(snapshot: Snapshot): Promise<void> {
    return this.#enqueue((id) => this.#snapshots.push({ id, snapshot })) as Promise<undefined>;
  }

  /** `onHead` is called once, as soon as the head stands above this. */
  tellAbove(position: number): void {
    this.#wish = position;
    this.#wishSent = false;
    this.#schedule();
  }

  /** Resolves when everything that was asked for has its answer; while there is no writer that is a refusal. */
  async close(): Promise<void> {
    this.#closing = true;
    if (!this.#writer) this.#abandon();
    if (this.#pending.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#writer?.close();
    this.#owner.close();
  }

  #enqueue(push: (id: number) => void): Promise<AppendResult | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#closing) return reject(new LogClosedError('the log is closed'));
      push(this.#pending.put({ resolve, reject }));
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || !this.#writer) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#writer) this.#send(this.#writer);
    });
  }

  #send(writer: MessagePort): void {
    const [appends, snapshots] = [this.#appends, this.#snapshots];
    this.#appends = [];
    this.#snapshots = [];
    for (const part of partsOf(appends)) {
      const frames = encodeFrames(part.map(({ append }) => append)).buffer as ArrayBuffer;
      writer.postMessage({ appends: packRequests(part, frames) } satisfies ConnectionToWriter, [frames]);
    }
    if (snapshots.length > 0) writer.postMessage({ snapshots } satisfies ConnectionToWriter);
    if (this.#wish === undefined || this.#wishSent) return;
    this.#wishSent = true;
    writer.postMessage({ tellAbove: this.#wish } satisfies ConnectionToWriter);
  }

  #receive(message: WriterToConnection): void {
    unpackOutcomes(message, (id, outcome) => {
      const pending = this.#pending.take(id);
      if (outcome === 'full') pending?.reject(noRoom());
      else if (outcome instanceof Error) pending?.reject(outcome);
      else pending?.resolve(outcome);
    });
    if (message.head !== undefined) {
      this.#wish = undefined;
      this.#onHead(message.head);
    }
    this.#tellIdle();
  }

  /** A new writer: what was sent to the one before may or may not be in the log. */
  #use(writer: MessagePort): void {
    this.#lose();
    if (this.#closing) return writer.close();
    this.#writer = writer;
    this.#wishSent = false;
    writer.on('message', (message: WriterToConnection) => this.#receive(message));
    writer.on('close', () => {
      if (this.#writer === writer) this.#lose();
    });
    this.#schedule();
  }

  #lose(): void {
    this.#writer?.close();
    this.#writer = undefined;
    const unsent = new Set([...this.#appends, ...this.#snapshots].map(({ id }) => id));
    this.#fail(
      (id) => !unsent.has(id),
      () => new UnknownOutcomeError('the writer of the log died before it answered'),
    );
  }

  /** The owner has closed the log: there will be no writer any more. */
  #abandon(): void {
    this.#closing = true;
    this.#lose();
    this.#refuse(() => new LogClosedError('the log is closed'));
  }

  /** What was never sent. */
  #refuse(error: () => Error): void {
    this.#appends = [];
    this.#snapshots = [];
    this.#fail(() => true, error);
  }

  #fail(whether: (id: number) => boolean, error: () => Error): void {
    for (const id of this.#pending.ids()) if (whether(id)) this.#pending.take(id)!.reject(error());
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#pending.size === 0) this.#onIdle?.();
  }
}

/** Numbered places, used again when they are free. A `Map` of what comes and goes all the time leaves its outgrown tables behind, which keep
 *  alive what they held until the next full collection. */
class Places<T> {
  size = 0;
  readonly #items: (T | undefined)[] = [];
  readonly #free: number[] = [];

  put(item: T): number {
    const id = this.#free.pop() ?? this.#items.length;
    this.#items[id] = item;
    this.size++;
    return id;
  }

  take(id: number): T | undefined {
    const item = this.#items[id];
    if (item === undefined) return undefined;
    this.#items[id] = undefined;
    this.#free.push(id);
    this.size--;
    return item;
  }

  ids(): number[] {
    return [...this.#items.keys()].filter((id) => this.#items[id] !== undefined);
  }
}

function* partsOf(appends: { id: number; append: SerialisedAppend }[]): Iterable<{ id: number; append: SerialisedAppend }[]> {
  let from = 0;
  let bytes = 0;
  for (let at = 0; at < appends.length; at += 1) {
    bytes += appends[at]!.append.bytes;
    if (bytes < MESSAGE_BYTES_MAX && at < appends.length - 1) continue;
    yield appends.slice(from, at + 1);
    from = at + 1;
    bytes = 0;
  }
}
