/** A series store that asks whichever store is live at that moment; what was asked before a change is answered by the one it was asked of. */
import {
  SeriesStore,
  type DeviceRef,
  type DigestOptions,
  type ReadingRows,
  type ReadingsQuery,
  type SeriesBatch,
  type SeriesColumns,
  type SeriesQuery,
} from '#ports';

/** Runs `ask` on the live store, and knows that it is being asked until the promise is settled. */
export type AskLive = <T>(ask: (store: SeriesStore) => Promise<T>) => Promise<T>;

export class FollowingSeriesStore extends SeriesStore {
  constructor(private readonly live: AskLive) {
    super();
  }

  checkpoint(part?: number): Promise<number> {
    return this.live((store) => store.checkpoint(part));
  }

  write(batch: SeriesBatch): Promise<void> {
    return this.live((store) => store.write(batch));
  }

  series(query: SeriesQuery): Promise<SeriesColumns> {
    return this.live((store) => store.series(query));
  }

  readings(query: ReadingsQuery): Promise<ReadingRows> {
    return this.live((store) => store.readings(query));
  }

  count(range: DeviceRef & { from: number; to: number; asOf?: number }): Promise<number> {
    return this.live((store) => store.count(range));
  }

  latestTime(device: DeviceRef & { asOf?: number }): Promise<number | undefined> {
    return this.live((store) => store.latestTime(device));
  }

  digest(device?: DeviceRef, options?: DigestOptions): Promise<string> {
    return this.live((store) => store.digest(device, options));
  }

  /** The generations close what they opened. */
  async close(): Promise<void> {}
}
