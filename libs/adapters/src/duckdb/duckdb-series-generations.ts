/** The generations of the series in DuckDB: a file each, and a small one that says which is live. */
import { SeriesGenerations, type SeriesStore } from '#ports';
import { FollowingSeriesStore } from '../shared/following-series-store.js';
import { openDuckDbSeriesStore, type DuckDbSeriesStore } from './duckdb-series-store.js';
import { deleteGeneration, generationsIn, readLive, writeLive } from './generation-files.js';
import type { DuckDbSeriesConfig } from './series-database.js';
import { generationInUse, storeClosed } from '../shared/series-errors.js';

export type DuckDbGenerationsConfig = Omit<DuckDbSeriesConfig, 'generation'>;

const LIVE_MEMORY = '1GB';
/** One that is built beside it writes much and is asked little. */
const OTHER_MEMORY = '512MB';

/** Opens, or creates, the live generation in `dir`. Only one process, and one thread of it, opens a folder. */
export async function openDuckDbSeries(config: DuckDbGenerationsConfig): Promise<SeriesGenerations> {
  const live = readLive(config.dir);
  const opened = { store: await openDuckDbSeriesStore({ ...config, generation: live }), asked: 0, held: 0 };
  return new DuckDbSeriesGenerations(config, live, opened);
}

interface Opened {
  store: DuckDbSeriesStore;
  /** Questions under way by way of `store`, the one that follows. */
  asked: number;
  /** By how many. */
  held: number;
}

class DuckDbSeriesGenerations extends SeriesGenerations {
  readonly store: SeriesStore;
  private readonly opened = new Map<number, Opened>();
  private closing = false;
  /** Opening, closing and switching, one after the other: DuckDB opens a file once. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly config: DuckDbGenerationsConfig,
    private current: number,
    private asking: Opened,
  ) {
    super();
    this.opened.set(current, asking);
    this.store = new FollowingSeriesStore((ask) => this.askLive(ask));
  }

  async live(): Promise<number> {
    return this.current;
  }

  async list(): Promise<number[]> {
    return generationsIn(this.config.dir);
  }

  open(generation: number): Promise<SeriesStore> {
    return this.next(async () => {
      const opened = await this.find(generation);
      opened.held++;
      let closed = false;
      return new HeldStore(opened.store, async () => {
        if (closed) return;
        closed = true;
        opened.held--;
        if (!this.closing) await this.next(() => this.closeUnused(generation));
      });
    });
  }

  setLive(generation: number): Promise<void> {
    return this.next(async () => {
      if (generation === this.current) return;
      const [before, opened] = [this.current, await this.find(generation)];
      await opened.store.limitMemory(this.config.memoryLimit ?? LIVE_MEMORY);
      writeLive(this.config.dir, generation);
      [this.current, this.asking] = [generation, opened];
      await this.closeUnused(before);
    });
  }

  drop(generation: number): Promise<void> {
    return this.next(async () => {
      if (generation === this.current) throw generationInUse(generation);
      const opened = this.opened.get(generation);
      this.opened.delete(generation);
      await opened?.store.close();
      deleteGeneration(this.config.dir, generation);
    });
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.turn;
    for (const { store } of this.opened.values()) await store.close();
  }

  private next<T>(work: () => Promise<T>): Promise<T> {
    if (this.closing) return Promise.reject(storeClosed());
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async find(generation: number): Promise<Opened> {
    const known = this.opened.get(generation);
    if (known) return known;
    const config = { ...this.config, generation, memoryLimit: OTHER_MEMORY };
    const opened: Opened = { store: await openDuckDbSeriesStore(config), asked: 0, held: 0 };
    this.opened.set(generation, opened);
    return opened;
  }

  private async askLive<T>(ask: (store: SeriesStore) => Promise<T>): Promise<T> {
    const [generation, opened] = [this.current, this.asking];
    opened.asked++;
    try {
      return await ask(opened.store);
    } finally {
      opened.asked--;
      if (generation !== this.current && !this.closing) void this.next(() => this.closeUnused(generation)).catch(() => undefined);
    }
  }

  /** What nobody writes or asks gives its memory back; it is opened again when it is needed. */
  private async closeUnused(generation: number): Promise<void> {
    const opened = this.opened.get(generation);
    if (!opened || generation === this.current || opened.held > 0 || opened.asked > 0) return;
    this.opened.delete(generation);
    await opened.store.close();
  }
}

/** As a projector has it: closing it says that the projector needs it no more. */
class HeldStore extends FollowingSeriesStore {
  constructor(
    store: SeriesStore,
    private readonly release: () => Promise<void>,
  ) {
    super((ask) => ask(store));
  }

  override close(): Promise<void> {
    return this.release();
  }
}
