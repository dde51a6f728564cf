/** A series store in memory for tests: keeps batches, and fails when it is told to. */
// Not exported: adapters use it.
import { FollowingSeriesStore } from '../../../../libs/adapters/src/shared/following-series-store.js';
import { SeriesGenerations, SeriesStore, type ReadingRows, type SeriesBatch, type SeriesColumns } from '#ports';

export class FakeSeriesStore extends SeriesStore {
  readonly batches: SeriesBatch[] = [];
  /** Awaited before each write; throw in it to fail. */
  beforeWrite: () => Promise<void> | void = () => undefined;
  private readonly stored = new Map<number, number>();

  readingsStored(): SeriesBatch['readings'] {
    return this.batches.flatMap(({ readings }) => readings);
  }
  async checkpoint(part = 0): Promise<number> {
    return this.stored.get(part) ?? 0;
  }
  async write(batch: SeriesBatch): Promise<void> {
    await this.beforeWrite();
    const { part = 0, checkpoint } = batch;
    if (checkpoint <= (await this.checkpoint(part))) return;
    this.stored.set(part, checkpoint);
    this.batches.push(structuredClone(batch));
  }
  series(): Promise<SeriesColumns> {
    throw new Error('not needed here');
  }
  readings(): Promise<ReadingRows> {
    throw new Error('not needed here');
  }
  count(): Promise<number> {
    throw new Error('not needed here');
  }
  latestTime(): Promise<number | undefined> {
    throw new Error('not needed here');
  }
  digest(): Promise<string> {
    throw new Error('not needed here');
  }
  async close(): Promise<void> {}
}

/** Generations in memory, each made by `create`. */
export class FakeSeriesGenerations extends SeriesGenerations {
  readonly stores = new Map<number, SeriesStore>();
  current = 1;
  readonly store: SeriesStore;

  constructor(
    first: SeriesStore,
    private readonly create: () => SeriesStore = () => new FakeSeriesStore(),
  ) {
    super();
    this.stores.set(1, first);
    this.store = new FollowingSeriesStore((ask) => ask(this.stores.get(this.current)!));
  }

  async live(): Promise<number> {
    return this.current;
  }
  async list(): Promise<number[]> {
    return [...this.stores.keys()].sort((a, b) => a - b);
  }
  async open(generation: number): Promise<SeriesStore> {
    const store = this.stores.get(generation) ?? this.create();
    this.stores.set(generation, store);
    return store;
  }
  async setLive(generation: number): Promise<void> {
    this.current = generation;
  }
  async drop(generation: number): Promise<void> {
    if (generation === this.current) throw new Error('it is live');
    this.stores.delete(generation);
  }
  async close(): Promise<void> {}
}
