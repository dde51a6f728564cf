/** What leaves for one browser, at the browser's pace: nothing is handed to its transport while that still holds what it was given before. */
import type { Socket } from 'socket.io';
import { MESSAGE_CELLS_MAX } from './subscription.js';
import { sendAtItsPace } from './unread.js';

export interface Flushable {
  /** Returns how many values it has handed to the transport. */
  flush(): number;
}

export class Outbox {
  private readonly waking = new Set<Flushable>();
  private readonly timers = new Map<Flushable, NodeJS.Timeout>();
  private flushing = false;
  private closed = false;

  constructor(private readonly socket: Socket) {
    this.listenTo(socket.conn.transport);
    socket.conn.on('upgrade', (transport: Transport) => {
      this.listenTo(transport);
      this.flush();
    });
  }

  /** Lets `one` flush as soon as the browser can take more, or not before `inMs`. */
  wake(one: Flushable, inMs?: number): void {
    if (this.closed) return;
    if (inMs === undefined || inMs <= 0) {
      this.waking.add(one);
      this.flush();
    } else if (!this.timers.has(one)) {
      const timer = setTimeout(() => {
        this.timers.delete(one);
        this.wake(one);
      }, inMs);
      this.timers.set(one, timer);
    }
  }

  forget(one: Flushable): void {
    this.waking.delete(one);
    clearTimeout(this.timers.get(one));
    this.timers.delete(one);
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.waking.clear();
  }

  isFree(): boolean {
    const { conn } = this.socket;
    return conn.transport.writable && (conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length === 0;
  }

  private flush(): void {
    if (this.flushing) return;
    this.flushing = true;
    try {
      // What waits by then goes together, up to a large message's worth: one by one, each would wait until the one before has left.
      let cells = this.isFree() ? 0 : MESSAGE_CELLS_MAX;
      for (const one of this.waking) {
        if (cells >= MESSAGE_CELLS_MAX || this.closed) return;
        this.waking.delete(one);
        sendAtItsPace(this.socket.conn, () => (cells += one.flush()));
      }
    } finally {
      this.flushing = false;
    }
  }

  private listenTo(transport: Transport): void {
    transport.on('ready', () => this.flush());
  }
}

interface Transport {
  on(event: 'ready', handle: () => void): unknown;
}
