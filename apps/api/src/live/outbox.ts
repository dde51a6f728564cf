/** What leaves for one browser, at the browser's pace: nothing is handed to its transport while that still holds something. */
import type { Socket } from 'socket.io';

export interface Flushable {
  flush(): void;
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
      while (this.waking.size > 0 && !this.closed && this.isFree()) {
        const [one] = this.waking;
        this.waking.delete(one!);
        one!.flush();
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
