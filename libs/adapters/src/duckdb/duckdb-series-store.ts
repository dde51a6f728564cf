/** `SeriesStore` on DuckDB: one process, and one thread of it, opens the file; others ask that thread (`series-store-port.ts`). */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import {
  SeriesStore,
  UnreadableStoreError,
  type DeviceRef,
  type DigestOptions,
  type ReadingRows,
  type ReadingsQuery,
  type SeriesBatch,
  type SeriesColumns,
  type SeriesQuery,
} from '#ports';
import { BatchWriter } from './batch-writer.js';
import { resultOf } from './chunks.js';
import { ComputeThreads } from './compute-threads.js';
import { DeviceCatalog, type CatalogDevice } from './device-catalog.js';
import { deviceRows } from './device-rows.js';
import { digestOfAll, digestOfDevice } from './digest-query.js';
import { fileOf, FIRST_GENERATION } from './generation-files.js';
import { EMPTY_LAYOUT } from './layout.js';
import { pictureOf } from './picture-query.js';
import { QueryPool } from './query-pool.js';
import { rawOf, readingsOf } from './raw-query.js';
import { openSeriesDatabase, storedCheckpoint, type DuckDbSeriesConfig } from './series-database.js';
import { storeClosed } from '../shared/series-errors.js';
import { windowsOf } from './window-query.js';

export type { DuckDbSeriesConfig } from './series-database.js';

/** Opens, or creates, `series.duckdb` in `dir`. Only one open store a file. */
export async function openDuckDbSeriesStore(config: DuckDbSeriesConfig): Promise<DuckDbSeriesStore> {
  try {
    return await openStore(config);
  } catch (error) {
    const file = fileOf(config.generation ?? FIRST_GENERATION);
    const advice = `where it is damaged, delete ${file}* there and start again: it is built again from the log`;
    throw new UnreadableStoreError(`${file} in ${config.dir} cannot be opened (${(error as Error).message}); ${advice}`, { cause: error });
  }
}

async function openStore(config: DuckDbSeriesConfig): Promise<DuckDbSeriesStore> {
  const { instance, connection } = await openSeriesDatabase(config);
  const catalog = await DeviceCatalog.open(connection);
  const checkpoint = await storedCheckpoint(connection, catalog.tableNames());
  const threads = new ComputeThreads(config.threads ?? 2);
  const limits = { queriesMax: config.queriesMax ?? 2, waitingMax: config.queriesWaitingMax ?? 1_000 };
  return new DuckDbSeriesStore({
    instance,
    connection,
    catalog,
    checkpoint,
    writer: await BatchWriter.open(connection, catalog),
    queries: await QueryPool.open(instance, limits, threads),
    threads,
  });
}

interface Parts {
  instance: DuckDBInstance;
  /** The one that writes. */
  connection: DuckDBConnection;
  catalog: DeviceCatalog;
  checkpoint: number;
  writer: BatchWriter;
  queries: QueryPool;
  threads: ComputeThreads;
}

export class DuckDbSeriesStore extends SeriesStore {
  /** Batches are written one after the other. */
  private writing: Promise<void> = Promise.resolve();
  private closing: Promise<void> | undefined;

  constructor(private readonly parts: Parts) {
    super();
  }

  async checkpoint(): Promise<number> {
    return this.parts.checkpoint;
  }

  write(batch: SeriesBatch): Promise<void> {
    if (this.closing) return Promise.reject(storeClosed());
    const written = this.writing.then(() => this.writeNext(batch));
    this.writing = written.catch(() => {});
    return written;
  }

  series(query: SeriesQuery): Promise<SeriesColumns> {
    return this.ask(query, async (connection, device) => {
      const { catalog } = this.parts;
      const { every, picture } = query;
      if (every) return windowsOf(connection, catalog, device, { ...query, every });
      return picture ? pictureOf(connection, catalog, device, { ...query, picture }) : rawOf(connection, catalog, device, query);
    });
  }

  readings(query: ReadingsQuery): Promise<ReadingRows> {
    return this.ask(query, (connection, device) => readingsOf(connection, this.parts.catalog, device, query));
  }

  count(range: DeviceRef & { from: number; to: number; asOf?: number }): Promise<number> {
    return this.ask(range, async (connection, device) => {
      const { sql } = deviceRows(this.parts.catalog, device, [], range);
      return (await resultOf(connection, `SELECT CAST(count(*) AS DOUBLE) FROM ${sql}`)).doubles(0)[0]!;
    });
  }

  latestTime(ref: DeviceRef & { asOf?: number }): Promise<number | undefined> {
    return this.ask(ref, async (connection, device) => {
      const { sql } = deviceRows(this.parts.catalog, device, [], { from: -Infinity, to: Infinity, asOf: ref.asOf });
      const result = await resultOf(connection, `SELECT coalesce(max(time), CAST('NaN' AS DOUBLE)) FROM ${sql}`);
      const time = result.doubles(0)[0]!;
      return time === time ? time : undefined;
    });
  }

  digest(device?: DeviceRef, options: DigestOptions = {}): Promise<string> {
    const { catalog, queries } = this.parts;
    return queries.run((connection) =>
      device ? digestOfDevice(connection, catalog, device, options) : digestOfAll(connection, catalog, options),
    );
  }

  /** What DuckDB may keep in memory from now on. */
  async limitMemory(memoryLimit: string): Promise<void> {
    await this.parts.queries.run((connection) => connection.run(`SET GLOBAL memory_limit = '${memoryLimit}'`));
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async writeNext(batch: SeriesBatch): Promise<void> {
    if (batch.checkpoint <= this.parts.checkpoint) return;
    await this.parts.threads.write(this.parts.connection);
    await this.parts.writer.write(batch, this.parts.checkpoint);
    this.parts.checkpoint = batch.checkpoint;
  }

  /** A device nobody wrote has no readings, which is an answer and not an error. */
  private ask<T>(
    ref: DeviceRef & { asOf?: number },
    query: (connection: DuckDBConnection, device: CatalogDevice) => Promise<T>,
  ): Promise<T> {
    const { accountId, deviceId, asOf } = ref;
    return this.parts.queries.run(async (connection) => {
      const device = await this.parts.catalog.find(connection, ref);
      if (!device) return query(connection, { id: 0, accountId, deviceId, steps: [], layout: EMPTY_LAYOUT });
      return query(connection, asOf === undefined ? device : this.parts.catalog.asOf(device, asOf));
    });
  }

  private async closeAll(): Promise<void> {
    const { instance, connection, queries, writer } = this.parts;
    await this.writing;
    await queries.close();
    writer.close();
    connection.closeSync();
    instance.closeSync();
  }
}
