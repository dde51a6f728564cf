/** Writes a batch and its checkpoint, all or nothing: readings in chunks by table, new devices and schemas beside them. */
import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import type { PackedColumns } from '#contracts';
import type { SeriesBatch } from '#ports';
import { isColumn, partsOfColumns, unnamedFields, type PartValues } from '../shared/series-layout.js';
import { CHUNK_ROWS } from './chunks.js';
import { keyOf, type CatalogChanges, type CatalogDevice, type DeviceCatalog } from './device-catalog.js';
import { tableOf, type SizeClass } from './layout.js';
import { createTableSql, TableWriter, type DeviceRows } from './table-writer.js';

type Slots = Pick<DeviceRows, 'numbers' | 'texts'>;

/** What a batch comes to, before anything is written. */
interface Plan {
  checkpoint: number;
  changes: CatalogChanges;
  tables: Map<string, { size: SizeClass; rows: DeviceRows[] }>;
  readings: number;
  lastPosition: number;
}

export class BatchWriter {
  private readonly tables = new Map<string, TableWriter>();

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly catalog: DeviceCatalog,
    private readonly setCheckpoint: DuckDBPreparedStatement,
  ) {}

  static async open(connection: DuckDBConnection, catalog: DeviceCatalog): Promise<BatchWriter> {
    return new BatchWriter(connection, catalog, await connection.prepare('UPDATE meta SET checkpoint = $1'));
  }

  /** All of the batch that stands above `checkpoint`, or nothing: then it throws. */
  async write(batch: SeriesBatch, checkpoint: number): Promise<void> {
    const plan = await this.plan(batch, checkpoint);
    if (isPlain(plan)) return this.appendAlone(plan);
    await this.connection.run('BEGIN');
    try {
      await this.createTables(plan);
      for (const table of await this.fill(plan)) table.flush();
      await this.saveCatalog(plan.changes);
      this.setCheckpoint.bindDouble(1, batch.checkpoint);
      await this.setCheckpoint.run();
      await this.connection.run('COMMIT');
    } catch (error) {
      this.forgetTables();
      // DuckDB has rolled back by itself where it was the commit that failed.
      await this.connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
    this.catalog.publish(plan.changes);
  }

  close(): void {
    this.forgetTables();
    this.setCheckpoint.destroySync();
  }

  /** In the order of the log: a reading is stored as the schema of its moment says. */
  private async plan(batch: SeriesBatch, checkpoint: number): Promise<Plan> {
    const plan: Plan = { checkpoint: batch.checkpoint, changes: this.catalog.stage(), tables: new Map(), readings: 0, lastPosition: 0 };
    const { changes } = plan;
    const schemas = batch.schemas.filter(({ position }) => position > checkpoint).sort(byPosition);
    const readings = batch.readings.filter(({ position, columns }) => position > checkpoint && columns.time.length > 0).sort(byPosition);
    const keys = readings.map(keyOf);
    await this.catalog.findAll(this.connection, [...schemas, ...new Map(readings.map((ref, i) => [keys[i]!, ref])).values()]);
    /** As they are at this point of the batch: most readings are of a device that had some before. */
    const devices = new Map<string, CatalogDevice>();
    for (let i = 0; i < readings.length; i++) {
      const { position, recordedAt, columns, accountId, deviceId } = readings[i]!;
      while (schemas[0] && schemas[0].position < position) {
        const one = schemas.shift()!;
        devices.set(keyOf(one), changes.addSchema(await changes.device(this.connection, one), one));
      }
      const key = keys[i]!;
      let device = devices.get(key) ?? (await changes.device(this.connection, { accountId, deviceId }));
      let slots = slotColumns(device, columns.fields);
      if (!slots) {
        device = changes.addFields(device, position, unnamedFields(device.layout, partsOfColumns(columns.fields))!);
        slots = slotColumns(device, columns.fields)!;
      }
      devices.set(key, device);
      const { numbers, texts } = slots;
      const { time, seq } = columns;
      rowsOf(plan, device.layout.classes.at(-1)!).push({ device: device.id, position, recordedAt, time, seq, numbers, texts });
      plan.readings += columns.time.length;
      plan.lastPosition = position;
    }
    for (const one of schemas) changes.addSchema(await changes.device(this.connection, one), one);
    return plan;
  }

  /** One append that commits by itself costs a third of a transaction: most of one is waiting, at full load, for the disk. */
  private async appendAlone(plan: Plan): Promise<void> {
    try {
      for (const table of await this.fill(plan)) table.flush();
    } catch (error) {
      this.forgetTables();
      throw error;
    }
  }

  private async createTables({ tables, changes }: Plan): Promise<void> {
    for (const [name, { size }] of tables) {
      if (changes.hasTable(size)) continue;
      await this.connection.run(createTableSql(size));
      changes.tables.add(name);
    }
  }

  private async fill({ tables }: Plan): Promise<TableWriter[]> {
    const filled: TableWriter[] = [];
    for (const [name, { size, rows }] of tables) {
      const table = this.tables.get(name) ?? (await TableWriter.open(this.connection, size));
      this.tables.set(name, table);
      for (const one of rows) table.add(one);
      filled.push(table);
    }
    return filled;
  }

  private async saveCatalog({ newDevices, newSteps }: CatalogChanges): Promise<void> {
    if (newDevices.length > 0) {
      const appender = await this.connection.createAppender('devices');
      for (const { id, accountId, deviceId } of newDevices) {
        appender.appendInteger(id);
        appender.appendVarchar(accountId);
        appender.appendVarchar(deviceId);
        appender.endRow();
      }
      appender.closeSync();
    }
    if (newSteps.length > 0) {
      const appender = await this.connection.createAppender('schemas');
      for (const { device, step, position, schemaVersion, text } of newSteps) {
        appender.appendInteger(device);
        appender.appendInteger(step);
        appender.appendDouble(position);
        appender.appendInteger(schemaVersion);
        appender.appendVarchar(text);
        appender.endRow();
      }
      appender.closeSync();
    }
  }

  /** Appenders may hold rows, or stand on a table that is gone with the transaction. */
  private forgetTables(): void {
    for (const table of this.tables.values()) table.discard();
    this.tables.clear();
  }
}

/**
 * Readings alone, of one table, in one chunk, the last of them at the checkpoint: they need neither a transaction around them nor a
 * checkpoint beside them, since each row holds its position (`storedCheckpoint` reads it back). A longer append might commit in parts.
 */
function isPlain({ checkpoint, changes, tables, readings, lastPosition }: Plan): boolean {
  const { newDevices, newSteps } = changes;
  const [table] = tables.values();
  const known = newDevices.length === 0 && newSteps.length === 0 && tables.size === 1 && changes.hasTable(table!.size);
  return known && readings <= CHUNK_ROWS && lastPosition === checkpoint;
}

function byPosition(a: { position: number }, b: { position: number }): number {
  return a.position - b.position;
}

function rowsOf({ tables }: Plan, size: SizeClass): DeviceRows[] {
  const name = tableOf(size);
  let table = tables.get(name);
  if (!table) tables.set(name, (table = { size, rows: [] }));
  return table.rows;
}

/** Undefined where a part has no slot yet. */
function slotColumns({ layout }: CatalogDevice, fields: PackedColumns['fields']): Slots | undefined {
  const slots: Slots = { numbers: [], texts: [] };
  const put = (part: string, values: PartValues): boolean => {
    const slot = layout.writing.get(part);
    if (slot) (slot.kind === 'number' ? slots.numbers : slots.texts).push({ index: slot.index, values });
    return slot !== undefined;
  };
  for (const name in fields) {
    const column = fields[name]!;
    if (isColumn(column)) {
      if (!put(name, column)) return undefined;
    } else for (const part in column) if (!put(`${name}.${part}`, column[part]!)) return undefined;
  }
  return slots;
}
