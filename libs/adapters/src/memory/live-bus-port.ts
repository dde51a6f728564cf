/** The live bus across threads: `serveLiveBus` on the thread that has the bus, `connectLiveBus` on any other. Both sides
 *  may publish and subscribe; every message goes through the one bus, so all hear it in one order. */
import type { MessagePort } from 'node:worker_threads';
import { LiveBus, type LiveMessage } from '#ports';
import { Gaps, Rooms, type Handle, type LiveBusOptions, type MemoryLiveBus } from './live-bus.js';

/** What crosses the port, either way: rooms that got or lost listeners, whether messages may be missing, then messages. */
interface Parcel {
  rooms: [room: string, listening: boolean][];
  gap: boolean;
  messages: LiveMessage[];
}

/** Makes `bus` reachable through `port`. Returns the way to stop, which closes the port. */
export function serveLiveBus(bus: MemoryLiveBus, port: MessagePort): () => void {
  const outbox = new Outbox(port);
  const heldThere = new Set<string>();
  const holdThere = (room: string, listening: boolean): void => {
    if (heldThere.has(room) === listening) return;
    if (listening) heldThere.add(room);
    else heldThere.delete(room);
    bus.setListening(room, listening);
  };
  const stopWatching = bus.watchRooms((room, listening) => outbox.room(room, listening));
  const stopHearing = bus.subscribe((messages) => outbox.send(messages.filter(({ room }) => heldThere.has(room))));
  const stopMinding = bus.onGap(() => outbox.gap());
  const stop = (): void => {
    stopWatching();
    stopHearing();
    stopMinding();
    for (const room of [...heldThere]) holdThere(room, false);
    outbox.flush();
    port.close();
  };
  port.on('message', ({ rooms, gap, messages }: Parcel) => {
    for (const [room, listening] of rooms) holdThere(room, listening);
    if (gap) bus.announceGap();
    bus.publish(messages);
  });
  port.once('close', stop);
  return stop;
}

/** The bus behind `port`. Nobody is known to listen until the other side has said so, in its first parcel. */
export function connectLiveBus(port: MessagePort, options: LiveBusOptions = {}): LiveBus {
  return new ConnectedLiveBus(port, options);
}

class ConnectedLiveBus extends LiveBus {
  private readonly outbox: Outbox;
  /** As the serving side told. It includes what this side holds, once that has come back. */
  private readonly heldAnywhere = new Rooms();
  private readonly heldHere = new Rooms();
  private readonly handles = new Set<Handle>();
  private readonly gaps = new Gaps();
  private closed = false;

  constructor(
    private readonly port: MessagePort,
    private readonly options: LiveBusOptions,
  ) {
    super();
    this.outbox = new Outbox(port);
    this.heldHere.watch((room, listening) => this.outbox.room(room, listening));
    port.on('message', (parcel: Parcel) => this.receive(parcel));
  }

  publish(messages: LiveMessage[]): void {
    if (!this.closed) this.outbox.send(messages.filter(({ room }) => this.hasListeners(room)));
  }

  hasListeners(room: string): boolean {
    return this.heldAnywhere.has(room) || this.heldHere.has(room);
  }

  override hasListenersWithin(prefix: string): boolean {
    return this.heldAnywhere.hasWithin(prefix) || this.heldHere.hasWithin(prefix);
  }

  subscribe(handle: Handle): () => void {
    const own: Handle = (messages) => handle(messages);
    this.handles.add(own);
    return () => this.handles.delete(own);
  }

  setListening(room: string, listening: boolean): void {
    if (!this.closed) this.heldHere.set(room, listening);
  }

  override onGap(tell: () => void): () => void {
    return this.gaps.watch(tell);
  }

  override announceGap(): void {
    if (!this.closed) this.outbox.gap();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.handles.clear();
    this.gaps.clear();
    this.heldHere.clear();
    this.outbox.flush();
    this.port.close();
  }

  private receive({ rooms, gap, messages }: Parcel): void {
    for (const [room, listening] of rooms) {
      if (this.heldAnywhere.has(room) !== listening) this.heldAnywhere.set(room, listening);
    }
    if (gap) this.gaps.tell(this.options.onError);
    const heard = messages.filter(({ room }) => this.heldHere.has(room));
    if (heard.length === 0) return;
    for (const handle of [...this.handles]) {
      try {
        handle(heard);
      } catch (error) {
        this.options.onError?.(error);
      }
    }
  }
}

/** Gathers what is told within one turn of the event loop's microtasks, so that a burst crosses as one message. */
class Outbox {
  private rooms: Parcel['rooms'] = [];
  private gapDue = false;
  private messages: LiveMessage[] = [];
  private scheduled = false;

  constructor(private readonly port: MessagePort) {}

  room(room: string, listening: boolean): void {
    this.rooms.push([room, listening]);
    this.schedule();
  }

  gap(): void {
    this.gapDue = true;
    this.schedule();
  }

  send(messages: LiveMessage[]): void {
    if (messages.length === 0) return;
    this.messages = this.messages.length === 0 ? messages : this.messages.concat(messages);
    this.schedule();
  }

  flush(): void {
    if (this.rooms.length === 0 && this.messages.length === 0 && !this.gapDue) return;
    this.port.postMessage({ rooms: this.rooms, gap: this.gapDue, messages: this.messages } satisfies Parcel);
    this.rooms = [];
    this.gapDue = false;
    this.messages = [];
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.flush();
    });
  }
}
