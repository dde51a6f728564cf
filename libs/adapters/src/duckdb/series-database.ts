/** Opens series.duckdb with the settings it needs, and knows its fixed tables. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { POSITION_STEP, resultOf } from './chunks.js';
import { fileOf, FIRST_GENERATION } from './generation-files.js';

export interface DuckDbSeriesConfig {
  /** Folder of `series.duckdb`; made where it is missing. */
  dir: string;
  /** Another one than the first has a file of its own, `series.g<generation>.duckdb`. */
  generation?: number;
  /** Threads DuckDB answers questions with, at least 1. Default: 2, so that queries leave cores to ingestion. */
  threads?: number;
  /** What DuckDB may keep in memory before it spills to disk; process memory comes on top. Default: `1GB`. */
  memoryLimit?: string;
  /** Queries under way at once; more wait. Default: 2, since each already uses all threads. */
  queriesMax?: number;
  /** Queries that may wait; more are refused with `overload.queue-full`. Default: 1,000. */
  queriesWaitingMax?: number;
}

/** Raised when tables, slots or their meaning change. A file of another format is put aside; the store is then built again from the log. */
const FORMAT = 2;

export async function openSeriesDatabase(config: DuckDbSeriesConfig): Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> {
  mkdirSync(config.dir, { recursive: true });
  const opened = await open(config);
  const format = await prepare(opened.connection);
  if (format === FORMAT) return opened;
  close(opened);
  putAside(config, format);
  const fresh = await open(config);
  await prepare(fresh.connection);
  return fresh;
}

async function open(config: DuckDbSeriesConfig): Promise<{ instance: DuckDBInstance; connection: DuckDBConnection }> {
  const file = fileOf(config.generation ?? FIRST_GENERATION);
  const instance = await DuckDBInstance.create(join(config.dir, file), {
    // As many as the file is written with: see `compute-threads.ts`.
    threads: '1',
    memory_limit: config.memoryLimit ?? '1GB',
    temp_directory: join(config.dir, `${file}.tmp`),
    // Newer compression and cheaper checkpoints; nobody but us reads the file.
    storage_compatibility_version: 'latest',
    // Each automatic checkpoint stalls one commit while it compresses what the log holds: about 50 ms for 16 MB, 700 ms for 64 MB.
    checkpoint_threshold: '16MB',
    // After a bulk load a checkpoint joins partly filled row groups; few at a time, lest one commit waits for all of them.
    max_vacuum_tasks: '4',
    // Answers are ordered explicitly; keeping the order of insertion costs memory.
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  return { instance, connection: await instance.connect() };
}

function close({ instance, connection }: { instance: DuckDBInstance; connection: DuckDBConnection }): void {
  connection.closeSync();
  instance.closeSync();
}

/** Position of the last event stored: the one noted, or the one that the newest readings carry (see `batch-writer.ts`). */
export async function storedCheckpoint(connection: DuckDBConnection, tables: string[]): Promise<number> {
  const positions = tables
    .map((table) => ` UNION ALL SELECT CAST(coalesce(max(ord), 0) // ${POSITION_STEP} AS DOUBLE) FROM ${table}`)
    .join('');
  const result = await resultOf(connection, `SELECT max(position) FROM (SELECT checkpoint AS position FROM meta${positions})`);
  return result.doubles(0)[0]!;
}

/** Creates what is missing; returns the format of what is there. */
async function prepare(connection: DuckDBConnection): Promise<number> {
  await connection.run('BEGIN');
  await connection.run('CREATE TABLE IF NOT EXISTS meta (format INTEGER NOT NULL, checkpoint DOUBLE NOT NULL)');
  await connection.run('CREATE TABLE IF NOT EXISTS devices (id INTEGER NOT NULL, account VARCHAR NOT NULL, device VARCHAR NOT NULL)');
  await connection.run(
    'CREATE TABLE IF NOT EXISTS schemas (device INTEGER NOT NULL, step INTEGER NOT NULL, position DOUBLE NOT NULL, schema_version INTEGER NOT NULL, schema VARCHAR NOT NULL)',
  );
  await connection.run(`INSERT INTO meta SELECT ${FORMAT}, 0 WHERE NOT EXISTS (FROM meta)`);
  await connection.run('COMMIT');
  return (await resultOf(connection, 'SELECT format FROM meta')).ints(0)[0]!;
}

function putAside({ dir, generation = FIRST_GENERATION }: DuckDbSeriesConfig, format: number): void {
  const file = fileOf(generation);
  for (const name of [file, `${file}.wal`]) {
    if (existsSync(join(dir, name))) renameSync(join(dir, name), join(dir, `${name}.format-${format}`));
  }
}
