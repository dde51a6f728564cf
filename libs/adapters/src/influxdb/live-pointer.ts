/** Which generation is live, in a point of the first database that every process reads. */
import type { InfluxConnection } from './connection.js';
import type { LineWriter } from './line-writer.js';

export interface GenerationsNote {
  live: number;
  /** Whether there still is a first generation; later ones have databases of their own. */
  hasFirst: boolean;
}

/** A change shows in every process within a second, with time for the question. */
const FRESH_MS = 500;

export class LivePointer {
  readonly measurement = 'generations';
  private known: { live: number; readAt: number } | undefined;
  private reading: Promise<GenerationsNote> | undefined;

  constructor(
    private readonly connection: InfluxConnection,
    private readonly database: string,
    private readonly writer: LineWriter,
  ) {}

  /** For queries: asked at most twice a second, however many there are. */
  async live(): Promise<number> {
    if (this.known && performance.now() - this.known.readAt < FRESH_MS) return this.known.live;
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return (await this.reading).live;
  }

  async read(silenceMsMax?: number): Promise<GenerationsNote> {
    return (await this.readNewest(silenceMsMax)).note;
  }

  /** The newest note counts, and each is later than the one before: a write that arrives late changes nothing. */
  async write(change: Partial<GenerationsNote>): Promise<void> {
    const { note, at } = await this.readNewest();
    const { live, hasFirst } = { ...note, ...change };
    await this.writer.send([`${this.measurement} live=${live}i,hasFirst=${hasFirst ? 1 : 0}i ${at + 1}`]);
    this.known = { live, readAt: performance.now() };
  }

  private async readNewest(silenceMsMax?: number): Promise<{ note: GenerationsNote; at: number }> {
    const readAt = performance.now();
    const statement = `SELECT live, hasFirst FROM ${this.measurement} ORDER BY time DESC LIMIT 1`;
    const [block] = await this.connection.ask(this.database, statement, ['number', 'number'], silenceMsMax);
    const [live, hasFirst] = (block?.columns ?? []) as Float64Array[];
    const note = { live: live?.[0] ?? 1, hasFirst: (hasFirst?.[0] ?? 1) === 1 };
    if (!this.known || this.known.readAt < readAt) this.known = { live: note.live, readAt };
    // Small numbers of nanoseconds, counted.
    return { note, at: block ? Math.round(block.time[0]! * 1e6) + block.rank[0]! : 0 };
  }
}
