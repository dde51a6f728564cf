/** HTTP/1.1 over a bare socket, one request under way: a load generator must cost less than what it loads. */
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  status: number;
  /** Seconds, of `Retry-After`; 0 where there is none. */
  retryAfter: number;
  body: Buffer;
}

interface Waiting {
  resolve(answer: RawAnswer): void;
  reject(error: Error): void;
}

export class RawConnection {
  private buffer: Buffer = Buffer.alloc(0);
  private waiting: Waiting | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the server closed the connection')));
  }

  static open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawConnection(socket));
      });
    });
  }

  /** `request` is the whole request, head and body; see `rawRequest`. */
  send(request: Buffer): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private receive(chunk: Buffer): void {
    this.buffer = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk]);
    const parsed = parseAnswer(this.buffer);
    if (!parsed) return;
    this.buffer = this.buffer.subarray(parsed.length);
    const waiting = this.waiting;
    this.waiting = undefined;
    waiting?.resolve(parsed.answer);
  }

  private fail(error: Error): void {
    this.waiting?.reject(error);
    this.waiting = undefined;
  }
}

export function rawRequest(method: string, path: string, headers: Record<string, string>, body: Buffer | string = ''): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${bytes.length}\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

function parseAnswer(buffer: Buffer): { answer: RawAnswer; length: number } | undefined {
  const end = buffer.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = buffer.toString('latin1', 0, end).toLowerCase();
  const status = Number(head.slice(9, 12));
  const retryAfter = Number(/\r\nretry-after: *(\d+)/.exec(head)?.[1] ?? 0);
  const start = end + 4;
  if (head.includes('\r\ntransfer-encoding: chunked')) return parseChunks(buffer, start, status, retryAfter);
  const length = status === 204 ? 0 : Number(/\r\ncontent-length: *(\d+)/.exec(head)?.[1] ?? 0);
  if (buffer.length < start + length) return undefined;
  return { answer: { status, retryAfter, body: buffer.subarray(start, start + length) }, length: start + length };
}

function parseChunks(buffer: Buffer, start: number, status: number, retryAfter: number): { answer: RawAnswer; length: number } | undefined {
  const parts: Buffer[] = [];
  for (let at = start; ;) {
    const lineEnd = buffer.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = parseInt(buffer.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (buffer.length < next) return undefined;
    if (size === 0) return { answer: { status, retryAfter, body: Buffer.concat(parts) }, length: next };
    parts.push(buffer.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
