/** A browser that does not read: what waits for it is bounded, and beyond that it is cut off. It reconnects and subscribes again with
 *  `after`, so nothing is lost. */
import type { IncomingMessage } from 'node:http';
import type { Server } from 'socket.io';
import type { LiveSocket } from './live-socket.js';

type Engine = Server['engine'];
export type Connection = LiveSocket['conn'];

/** Alerts, analyses and answers that wait for a browser that is busy: some thousand of them. */
export const UNREAD_CHARS_MAX = 4 * 1024 * 1024;
/** What a packet takes besides its text. */
const PACKET_CHARS = 256;
/** Bytes that a connection was handed and the other side does not take though it goes on writing: pings of WebSocket are answered below
 *  Socket.IO. Above the largest message of a device, some 18 MB of 8 MiB that were sent, and all that may wait besides. */
const UNSENT_BYTES_MAX = 32 * 1024 * 1024;

/** `cut` is told of whom it was, where that is known by then. */
export function boundUnread(engine: Engine, cut: (connection?: Connection) => void): void {
  engine.on('connection', (connection: Connection) => {
    const unread = new Unread(connection, () => {
      cut(connection);
      cutOff(connection);
    });
    known.set(connection, unread);
  });
  engine.on('headers', (_headers: object, request: IncomingMessage) => {
    if (request.headers.upgrade === undefined) return;
    const { socket } = request;
    const check = (): void => {
      if (socket.writableLength <= UNSENT_BYTES_MAX || socket.destroyed) return;
      cut();
      socket.destroy();
    };
    // Whoever listens first is given what has come by now: that is for the WebSocket.
    setImmediate(() => socket.on('data', check));
  });
}

/** What `send` hands over does not count: it bounds that itself, by the pace of the browser. */
export function sendAtItsPace(connection: Connection, send: () => void): void {
  const unread = known.get(connection);
  if (unread) unread.leavingOut(send);
  else send();
}

const known = new WeakMap<Connection, Unread>();

class Unread {
  private chars = 0;
  private leavesOut = false;

  constructor(
    private readonly connection: Connection,
    private readonly whenTooMuch: () => void,
  ) {
    connection.on('packetCreate', ({ data }: { data?: unknown }) => this.add(data));
    connection.on('drain', () => (this.chars = 0));
  }

  leavingOut(send: () => void): void {
    this.leavesOut = true;
    try {
      send();
    } finally {
      this.leavesOut = false;
    }
  }

  private add(data: unknown): void {
    // What can leave at once does not wait.
    if (this.leavesOut || this.connection.transport.writable) return;
    const before = this.chars;
    this.chars += PACKET_CHARS + (typeof data === 'string' ? data.length : 0);
    if (before <= UNREAD_CHARS_MAX && this.chars > UNREAD_CHARS_MAX) this.whenTooMuch();
  }
}

/** Without the farewell of Socket.IO, which would wait behind all that is not read. */
function cutOff(connection: Connection): void {
  const { socket } = connection.transport as { socket?: { terminate(): void } };
  if (socket) socket.terminate();
  else connection.close(true);
}
