/** A series store in memory for tests: keeps batches, and fails when it is told to. */
import { SeriesStore, type ReadingRows, type SeriesBatch, type SeriesColumns } from '#ports';

export class FakeSeriesStore extends SeriesStore {
  readonly batches: SeriesBatch[] = [];
  /** Awaited before each write; throw in it to fail. */
  beforeWrite: () => Promise<void> | void = () => undefined;
  private stored = 0;

  readingsStored(): SeriesBatch['readings'] {
    return this.batches.flatMap(({ readings }) => readings);
  }
  async checkpoint(): Promise<number> {
    return this.stored;
  }
  async write(batch: SeriesBatch): Promise<void> {
    await this.beforeWrite();
    if (batch.checkpoint <= this.stored) return;
    this.stored = batch.checkpoint;
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
  digest(): Promise<string> {
    throw new Error('not needed here');
  }
  async close(): Promise<void> {}
}
