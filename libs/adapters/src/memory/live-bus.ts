/** The live bus within one process: rooms are counted, messages are handed over at once. */
import { LiveBus, type LiveMessage } from '#ports';

export type Handle = (messages: LiveMessage[]) => void;
export type RoomChange = (room: string, listening: boolean) => void;

export interface LiveBusOptions {
  /** A subscriber that throws disturbs neither the publisher nor the other subscribers; it is told here. */
  onError?: (error: unknown) => void;
}

export function createLiveBus(options: LiveBusOptions = {}): MemoryLiveBus {
  return new MemoryLiveBus(options);
}

export class MemoryLiveBus extends LiveBus {
  private readonly rooms = new Rooms();
  private readonly handles = new Set<Handle>();
  private readonly gaps = new Gaps();
  private closed = false;

  constructor(private readonly options: LiveBusOptions = {}) {
    super();
  }

  publish(messages: LiveMessage[]): void {
    if (this.closed) return;
    const heard = messages.filter((message) => this.rooms.has(message.room));
    if (heard.length === 0) return;
    for (const handle of [...this.handles]) {
      try {
        handle(heard);
      } catch (error) {
        this.options.onError?.(error);
      }
    }
  }

  hasListeners(room: string): boolean {
    return this.rooms.has(room);
  }

  override hasListenersWithin(prefix: string): boolean {
    return this.rooms.hasWithin(prefix);
  }

  subscribe(handle: Handle): () => void {
    const own: Handle = (messages) => handle(messages);
    this.handles.add(own);
    return () => this.handles.delete(own);
  }

  setListening(room: string, listening: boolean): void {
    if (!this.closed) this.rooms.set(room, listening);
  }

  override onGap(tell: () => void): () => void {
    return this.gaps.watch(tell);
  }

  override announceGap(): void {
    if (!this.closed) this.gaps.tell(this.options.onError);
  }

  /** For a bus on the far side of a port: the rooms held now, at once, and each change afterwards. */
  watchRooms(change: RoomChange): () => void {
    return this.rooms.watch(change);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.handles.clear();
    this.gaps.clear();
    this.rooms.clear();
  }
}

/** Who is told when messages may be missing. */
export class Gaps {
  private readonly watchers = new Set<() => void>();

  watch(tell: () => void): () => void {
    const own = (): void => tell();
    this.watchers.add(own);
    return () => this.watchers.delete(own);
  }

  tell(onError?: (error: unknown) => void): void {
    for (const watcher of [...this.watchers]) {
      try {
        watcher();
      } catch (error) {
        onError?.(error);
      }
    }
  }

  clear(): void {
    this.watchers.clear();
  }
}

/** How often each room is held; tells watchers of the first and the last. */
export class Rooms {
  private readonly held = new Map<string, number>();
  private readonly watchers = new Set<RoomChange>();

  has(room: string): boolean {
    return this.held.has(room);
  }

  hasWithin(prefix: string): boolean {
    for (const room of this.held.keys()) if (room.startsWith(prefix)) return true;
    return false;
  }

  set(room: string, listening: boolean): void {
    const before = this.held.get(room) ?? 0;
    const after = Math.max(0, before + (listening ? 1 : -1));
    if (after === 0) this.held.delete(room);
    else this.held.set(room, after);
    if (before > 0 === after > 0) return;
    for (const watcher of [...this.watchers]) watcher(room, after > 0);
  }

  watch(change: RoomChange): () => void {
    this.watchers.add(change);
    for (const room of this.held.keys()) change(room, true);
    return () => this.watchers.delete(change);
  }

  clear(): void {
    for (const room of [...this.held.keys()]) {
      this.held.set(room, 1);
      this.set(room, false);
    }
  }
}
