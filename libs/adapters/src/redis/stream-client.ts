/** The connections of Socket.IO's Redis streams adapter, mended where it would lose messages, spin, or end the process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import { retryDelayMs } from './connect.js';

/** The adapter duplicates it twice: the first reads the stream, the second hears what is told beside it. */
export class StreamClient extends Redis {
  readonly duplicates: StreamReader[] = [];

  constructor(
    private readonly url: string,
    private readonly settings: RedisOptions,
  ) {
    super(url, settings);
  }

  get reader(): StreamReader {
    return this.duplicates[0]!;
  }

  get hearer(): StreamReader {
    return this.duplicates[1]!;
  }

  override duplicate(): StreamReader {
    const reader = new StreamReader(this.url, this.settings);
    this.duplicates.push(reader);
    return reader;
  }

  /** The adapter does not wait for it: a failure would be nobody's, and the end of the process. */
  override publish = (async (channel: string, message: string | Buffer): Promise<number> => {
    return super.publish(channel, message).catch(() => 0);
  }) as Redis['publish'];

  disconnectAll(): void {
    for (const client of [...this.duplicates, this]) client.disconnect();
  }
}

type Entry = [id: string, fields: string[]];
type Read = [stream: string, entries: Entry[]][] | null;

/** Knows itself where it stands in the stream. The adapter begins at `$`, "what comes from now on", anew with every question until
 *  something has come, and so misses what came between two questions; and it asks again at once where one fails. */
export class StreamReader extends Redis {
  private lastId = '0-0';
  private failures = 0;

  get position(): string {
    return this.lastId;
  }

  standAt(id: string): void {
    this.lastId = id;
  }

  /** The adapter takes a first failure for the last word, and that is the end of the process: it goes on trying. */
  override async connect(): Promise<void> {
    await super.connect().catch(() => new Promise<void>((resolve) => void this.once('ready', resolve)));
  }

  /** Not waited for either; after a break it is done again by itself. */
  override subscribe = (async (...channels: string[]): Promise<unknown> => {
    return super.subscribe(...channels.flat()).catch(() => 0);
  }) as Redis['subscribe'];

  override xread = (async (...args: (string | number)[]): Promise<Read> => {
    const question = [...args.slice(0, -1), this.lastId] as unknown as Parameters<Redis['xread']>;
    try {
      const read = (await super.xread(...question)) as Read;
      this.failures = 0;
      this.lastId = read?.[0]?.[1].at(-1)?.[0] ?? this.lastId;
      return read;
    } catch (error) {
      if (this.status !== 'end') await sleep(retryDelayMs(++this.failures), undefined, { ref: false });
      throw error;
    }
  }) as unknown as Redis['xread'];
}

/** Whether one id of a stream comes after another: milliseconds, then a count. */
export function isAfter(one: string, other: string): boolean {
  const [oneMs = 0, oneCount = 0] = one.split('-').map(Number);
  const [otherMs = 0, otherCount = 0] = other.split('-').map(Number);
  return oneMs > otherMs || (oneMs === otherMs && oneCount > otherCount);
}
