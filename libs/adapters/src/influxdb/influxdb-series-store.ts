/** `SeriesStore` on one generation in InfluxDB: a database of version 1, a bucket of version 2. */
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
import { storeClosed } from '../shared/series-errors.js';
import { BatchWriter } from './batch-writer.js';
import { Catalog, type CatalogDevice } from './catalog.js';
import type { InfluxConnection } from './connection.js';
import { countReadings, latestTimeOf } from './counts.js';
import type { Layouts } from './device-layout.js';
import { digestOfAll, digestOfDevice } from './digest-query.js';
import type { LineWriter } from './line-writer.js';
import { pictureOf } from './picture-query.js';
import { rawOf, readingsOf } from './raw-query.js';
import type { Turns } from './turns.js';
import { windowsOf } from './window-query.js';

export interface InfluxSeriesStoreParts {
  connection: InfluxConnection;
  database: string;
  layouts: Layouts;
  lineWriter: LineWriter;
  /** Shared by the stores of a process. */
  queries: Turns;
}

export class InfluxDbSeriesStore extends SeriesStore {
  private readonly catalog: Catalog;
  private readonly writer: BatchWriter;
  /** By part: its batches are written one after the other. */
  private readonly writing = new Map<number, Promise<void>>();
  private readonly asked = new Set<Promise<unknown>>();
  private closing = false;

  constructor(private readonly parts: InfluxSeriesStoreParts) {
    super();
    const { connection, database, layouts, lineWriter } = parts;
    this.catalog = new Catalog(connection, database, layouts);
    this.writer = new BatchWriter(connection, database, this.catalog, lineWriter);
  }

  get devicesKept(): number {
    return this.writer.devicesKept;
  }

  async checkpoint(part?: number): Promise<number> {
    if (this.closing) throw storeClosed();
    return this.writer.checkpoint(part);
  }

  write(batch: SeriesBatch): Promise<void> {
    if (this.closing) return Promise.reject(storeClosed());
    const part = batch.part ?? 0;
    const written = (this.writing.get(part) ?? Promise.resolve()).then(() => this.writer.write(batch));
    this.writing.set(
      part,
      written.catch(() => undefined),
    );
    return written;
  }

  series(query: SeriesQuery): Promise<SeriesColumns> {
    return this.ask(query, (device) => {
      const { every, picture } = query;
      if (every) return windowsOf(this.parts, device, { ...query, every });
      return picture ? pictureOf(this.parts, device, { ...query, picture }) : rawOf(this.parts, device, query);
    });
  }

  readings(query: ReadingsQuery): Promise<ReadingRows> {
    return this.ask(query, (device) => readingsOf(this.parts, device, query));
  }

  count(range: DeviceRef & { from: number; to: number; asOf?: number }): Promise<number> {
    return this.ask(range, (device) => countReadings(this.parts, device, range));
  }

  latestTime(device: DeviceRef & { asOf?: number }): Promise<number | undefined> {
    return this.ask(device, (known) => latestTimeOf(this.parts, known, device.asOf));
  }

  digest(device?: DeviceRef, options: DigestOptions = {}): Promise<string> {
    if (device) return this.ask(device, (known) => digestOfDevice(this.parts, known, options));
    return this.take(() => digestOfAll(this.parts, this.catalog, options));
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.allSettled([...this.writing.values(), ...this.asked]);
  }

  /** A device nobody wrote has no readings, which is an answer and not an error. */
  private ask<T>(ref: DeviceRef & { asOf?: number }, query: (device: CatalogDevice) => Promise<T>): Promise<T> {
    return this.take(async () => query(await this.catalog.find(ref, ref.asOf)));
  }

  private take<T>(work: () => Promise<T>): Promise<T> {
    if (this.closing) return Promise.reject(storeClosed());
    const answer = this.parts.queries.take(work);
    const settled = answer.then(
      () => undefined,
      () => undefined,
    );
    this.asked.add(settled);
    return answer.finally(() => this.asked.delete(settled));
  }
}
