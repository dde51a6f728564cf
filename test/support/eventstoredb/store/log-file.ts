/** One append-only file: frames with a checksum, an fsync for all that gathered since the last one. */
import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, readSync, write, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';

/** Length of the body, then its CRC-32. */
const FRAME_HEAD = 8;
const FRAME_BYTES_MAX = 64 * 1024 * 1024;

const writeSome = (fd: number, bytes: Uint8Array, from: number): Promise<number> =>
  new Promise((resolve, reject) => write(fd, bytes, from, (error, written) => (error ? reject(error) : resolve(written))));
const sync = promisify(fdatasync);

export class LogFile {
  readonly #fd: number;
  #end: number;
  #waiting: { bytes: Buffer; done: () => void; failed: (error: Error) => void }[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(dir: string) {
    this.#fd = openSync(join(dir, 'events.log'), 'a+');
    this.#end = 0;
  }

  /** Where the next frame's body will begin. */
  get nextBody(): number {
    return this.#end + FRAME_HEAD;
  }

  /** Calls `body` with each whole frame's body and where it begins; cuts off what a crash left half-written. */
  recover(body: (bytes: Buffer, at: number) => void): void {
    const size = fstatSync(this.#fd).size;
    const head = Buffer.alloc(FRAME_HEAD);
    while (this.#end + FRAME_HEAD <= size) {
      readSync(this.#fd, head, 0, FRAME_HEAD, this.#end);
      const length = head.readUInt32LE(0);
      if (length === 0 || length > FRAME_BYTES_MAX || this.#end + FRAME_HEAD + length > size) break;
      const bytes = this.read(this.#end + FRAME_HEAD, length);
      if (crc32(bytes) !== head.readUInt32LE(4)) break;
      body(bytes, this.#end + FRAME_HEAD);
      this.#end += FRAME_HEAD + length;
    }
    ftruncateSync(this.#fd, this.#end);
  }

  /** Resolves when it is on the disk. Frames are written in the order of the calls. */
  append(body: Buffer): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('the log file is closed'));
    const bytes = frame(body);
    this.#end += bytes.length;
    return new Promise((done, failed) => {
      this.#waiting.push({ bytes, done, failed });
      this.#writing ??= this.#write();
    });
  }

  /** As a process leaves it that dies while it writes. */
  appendHalf(body: Buffer): void {
    const bytes = frame(body);
    writeSync(this.#fd, bytes.subarray(0, Math.floor(bytes.length / 2)));
  }

  read(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let read = 0; read < length;) {
      const n = readSync(this.#fd, bytes, read, length - read, at + read);
      if (n === 0) throw new Error(`the log ends at ${at + read}, before ${at + length}`);
      read += n;
    }
    return bytes;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writing;
    closeSync(this.#fd);
  }

  async #write(): Promise<void> {
    // A turn of the event loop, so that what arrives together is written together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const bytes = Buffer.concat(batch.map((each) => each.bytes));
        for (let written = 0; written < bytes.length;) {
          written += await writeSome(this.#fd, bytes, written);
        }
        await sync(this.#fd);
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error as Error);
      }
    }
    this.#writing = undefined;
  }
}

function frame(body: Buffer): Buffer {
  const head = Buffer.allocUnsafe(FRAME_HEAD);
  head.writeUInt32LE(body.length, 0);
  head.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([head, body]);
}
