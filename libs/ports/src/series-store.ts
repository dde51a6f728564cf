/** Readings by device, field and time: step 6 of the journey. Times are ms since epoch with up to three decimals. */
import type { DeviceSchema, PackedColumns, Seq } from '#contracts';

export interface DeviceRef {
  accountId: string;
  deviceId: string;
}

/** What one projection step writes, together with the checkpoint it leads to. */
export interface SeriesBatch {
  /** Share of the projections whose checkpoint this moves; 0 where there is one only. */
  part?: number;
  /** Position of the last event folded in. Everything or nothing is stored. */
  checkpoint: number;
  schemas: (DeviceRef & { position: number; schemaVersion: number; schema: DeviceSchema })[];
  readings: (DeviceRef & { position: number; recordedAt: number; columns: PackedColumns })[];
}

export type Aggregate = 'mean' | 'min' | 'max' | 'sum' | 'count' | 'first' | 'last' | 'stddev' | 'median' | `p${number}`;
/** For pictures: keep the shape with few points. */
export type Picture = 'lttb' | 'm4';
export type Fill = 'none' | 'null' | 'previous' | 'linear' | 'zero';

export interface SeriesQuery extends DeviceRef {
  /** Parts, as stored: `temperature`, `position.lat`. */
  fields: string[];
  /** Inclusive. */
  from: number;
  /** Exclusive. */
  to: number;
  /** Window; absent for raw values or a picture. */
  every?: Every;
  /** Windows of `ms` to `w` that begin at `from` and each where the one before ends; `tz` is nothing to them. */
  alignedTo?: 'from';
  fn?: Aggregate[];
  /** Downsample to at most so many points. */
  picture?: { method: Picture; points: number };
  fill?: Fill;
  /** IANA zone; windows of `d`, `w`, `mo` and hours begin at its local midnight and hour. UTC when absent. */
  tz?: string;
  /** What was known at this position, as the schema of then reads it; all when absent. */
  asOf?: number;
}

export interface Every {
  count: number;
  unit: 'ms' | 's' | 'm' | 'h' | 'd' | 'w' | 'mo' | 'y';
}

/** A column of numbers holds NaN where there is no value; a column of text holds null. */
export type SeriesColumn = Float64Array | (string | null)[];

export interface SeriesColumns {
  /** Readings behind the answer. */
  of: number;
  time: Float64Array;
  /** By field, then by function (`value` for raw values and pictures). Each as long as `time`. */
  fields: Record<string, Record<string, SeriesColumn>>;
}

export interface ReadingsQuery extends DeviceRef {
  from: number;
  to: number;
  limit: number;
  /** Continue after this reading. */
  after?: ReadingKey;
  /** As of a series. */
  asOf?: number;
}

/** Order of raw readings: device time, then arrival. */
export interface ReadingKey {
  time: number;
  position: number;
  index: number;
}

/** Rows in columns; each field part as long as `time`, in (time, position, index) order. */
export interface ReadingRows {
  time: Float64Array;
  recordedAt: Float64Array;
  position: Float64Array;
  index: Int32Array;
  seq: (Seq | null)[];
  parts: Record<string, SeriesColumn>;
  more: boolean;
}

export interface DigestOptions {
  /** What was known at this position; all when absent. */
  asOf?: number;
  /** `log`: with what the log says about readings (account, when recorded), the default. `content`: what devices sent and nothing else, so that
   *  two platforms that were sent the same give the same. */
  of?: 'log' | 'content';
}

export abstract class SeriesStore {
  /** Position of the last event of a part (0 when left out) whose readings are stored; 0 at first. Survives a crash together with the data. */
  abstract checkpoint(part?: number): Promise<number>;
  /** Stores a batch, then its checkpoint: in one transaction, or, where the store has none, such that storing the batch again changes
   *  nothing. A batch at or below the checkpoint of its part changes nothing. */
  abstract write(batch: SeriesBatch): Promise<void>;
  abstract series(query: SeriesQuery): Promise<SeriesColumns>;
  abstract readings(query: ReadingsQuery): Promise<ReadingRows>;
  /** How many readings stand in a range: what a query would have to read. */
  abstract count(range: DeviceRef & { from: number; to: number; asOf?: number }): Promise<number>;
  /** Time of the latest reading; undefined where there is none. */
  abstract latestTime(device: DeviceRef & { asOf?: number }): Promise<number | undefined>;
  /** SHA-256, hex, of all readings in canonical order, of one device or of all: equal logs give equal digests. */
  abstract digest(device?: DeviceRef, options?: DigestOptions): Promise<string>;
  abstract close(): Promise<void>;
}

/** The generations of the series: one is live, others are built beside it or were live before. */
export abstract class SeriesGenerations {
  /** Reads whichever generation is live; a change of it shows within a second in every process. For queries. */
  abstract readonly store: SeriesStore;
  abstract live(): Promise<number>;
  /** All that exist, in order. */
  abstract list(): Promise<number[]>;
  /** A store over this very generation, made empty where it does not exist. For projectors: one open store a generation and process. */
  abstract open(generation: number): Promise<SeriesStore>;
  /** Atomic and durable. */
  abstract setLive(generation: number): Promise<void>;
  /** Deletes a generation that is not live, and frees its space. Nothing where it does not exist. */
  abstract drop(generation: number): Promise<void>;
  abstract close(): Promise<void>;
}

/** A refusal; `code` is one of `ERRORS`: `request.bad-parameter`, `overload.queue-full`, `overload.stopping`. */
export class SeriesStoreError extends Error {
  override readonly name = 'SeriesStoreError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
