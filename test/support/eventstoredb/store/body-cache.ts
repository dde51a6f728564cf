/** The bodies of the newest events; older ones are read from the file. */
import { RECORD_HEAD, type EventBody, type StoredEvent } from './event-record.js';
import type { LogFile } from './log-file.js';

const CACHE_BYTES_MAX = 64 * 1024 * 1024;

export class BodyCache {
  readonly #file: LogFile;
  #kept: StoredEvent[] = [];
  #first = 0;
  #bytes = 0;

  constructor(file: LogFile) {
    this.#file = file;
  }

  keep(event: StoredEvent): void {
    this.#kept.push(event);
    this.#bytes += event.dataBytes + event.metadataBytes;
    while (this.#bytes > CACHE_BYTES_MAX && this.#first < this.#kept.length - 1) {
      const oldest = this.#kept[this.#first++]!;
      this.#bytes -= oldest.dataBytes + oldest.metadataBytes;
      oldest.body = undefined;
    }
    if (this.#first > 10_000) {
      this.#kept = this.#kept.slice(this.#first);
      this.#first = 0;
    }
  }

  bodyOf(event: StoredEvent): EventBody {
    if (event.body) return event.body;
    const { position, headBytes, dataBytes, metadataBytes } = event;
    const bytes = this.#file.read(position + RECORD_HEAD + headBytes, dataBytes + metadataBytes);
    return { data: bytes.subarray(0, dataBytes), metadata: bytes.subarray(dataBytes) };
  }
}
