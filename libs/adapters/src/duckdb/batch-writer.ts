/** Writes a batch in one transaction: new devices and schemas, readings in chunks by table, the checkpoint. */
import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import type { DeviceSchema, FieldColumn, FieldSchema } from '#contracts';
import type { SeriesBatch } from '#ports';
import type { SlotValues } from './chunk-slots.js';
import type { CatalogChanges, CatalogDevice, DeviceCatalog } from './device-catalog.js';
import { tableOf, type SizeClass } from './layout.js';
import { createTableSql, TableWriter, type SlotColumn } from './table-writer.js';

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
    const changes = this.catalog.stage();
    await this.connection.run('BEGIN');
    try {
      await this.addReadings(changes, batch, checkpoint);
      await this.saveCatalog(changes);
      this.setCheckpoint.bindDouble(1, batch.checkpoint);
      await this.setCheckpoint.run();
      await this.connection.run('COMMIT');
    } catch (error) {
      await this.rollBack();
      throw error;
    }
    this.catalog.publish(changes);
  }

  close(): void {
    for (const table of this.tables.values()) table.discard();
    this.tables.clear();
    this.setCheckpoint.destroySync();
  }

  /** In the order of the log: a reading is stored as the schema of its moment says. */
  private async addReadings(changes: CatalogChanges, batch: SeriesBatch, checkpoint: number): Promise<void> {
    await this.catalog.findAll(this.connection, [...batch.schemas, ...batch.readings]);
    const schemas = batch.schemas.filter(({ position }) => position > checkpoint).sort(byPosition);
    const readings = batch.readings.filter(({ position, columns }) => position > checkpoint && columns.time.length > 0).sort(byPosition);
    const touched = new Set<TableWriter>();
    for (const { position, recordedAt, columns, ...ref } of readings) {
      while (schemas[0] && schemas[0].position < position) await this.addSchema(changes, schemas.shift()!);
      const parts = partsOfColumns(columns.fields);
      const device = withSlots(changes, await changes.device(this.connection, ref), parts);
      const table = await this.table(changes, device.layout.classes.at(-1)!);
      table.add({ device: device.id, position, recordedAt, time: columns.time, seq: columns.seq, ...slotColumns(device, parts) });
      touched.add(table);
    }
    for (const schema of schemas) await this.addSchema(changes, schema);
    for (const table of touched) table.flush();
  }

  private async addSchema(changes: CatalogChanges, { schemaVersion, schema, ...ref }: SeriesBatch['schemas'][number]): Promise<void> {
    changes.addSchema(await changes.device(this.connection, ref), schemaVersion, schema);
  }

  private async table(changes: CatalogChanges, size: SizeClass): Promise<TableWriter> {
    const name = tableOf(size);
    let table = this.tables.get(name);
    if (!table) {
      if (!changes.hasTable(size)) {
        await this.connection.run(createTableSql(size));
        changes.tables.add(name);
      }
      table = await TableWriter.open(this.connection, size);
      this.tables.set(name, table);
    }
    return table;
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
      for (const { device, step, schemaVersion, schema } of newSteps) {
        appender.appendInteger(device);
        appender.appendInteger(step);
        appender.appendInteger(schemaVersion);
        appender.appendVarchar(schema);
        appender.endRow();
      }
      appender.closeSync();
    }
  }

  /** Appenders may hold rows, or stand on a table that is gone with the transaction. */
  private async rollBack(): Promise<void> {
    for (const table of this.tables.values()) table.discard();
    this.tables.clear();
    await this.connection.run('ROLLBACK');
  }
}

function byPosition(a: { position: number }, b: { position: number }): number {
  return a.position - b.position;
}

/** `position: { lat: […] }` → `position.lat`. */
function partsOfColumns(fields: Record<string, FieldColumn>): [part: string, values: SlotValues][] {
  return Object.entries(fields).flatMap(([name, column]): [string, SlotValues][] =>
    Array.isArray(column) ? [[name, column]] : Object.entries(column).map(([part, values]) => [`${name}.${part}`, values]),
  );
}

function slotColumns({ layout }: CatalogDevice, parts: [string, SlotValues][]): { numbers: SlotColumn[]; texts: SlotColumn[] } {
  const columns: { numbers: SlotColumn[]; texts: SlotColumn[] } = { numbers: [], texts: [] };
  for (const [part, values] of parts) {
    const slot = layout.writing.get(part)!;
    (slot.kind === 'number' ? columns.numbers : columns.texts).push({ index: slot.index, values });
  }
  return columns;
}

function withSlots(changes: CatalogChanges, device: CatalogDevice, parts: [string, SlotValues][]): CatalogDevice {
  const missing = parts.filter(([part]) => !device.layout.writing.has(part));
  if (missing.length === 0) return device;
  const fields: DeviceSchema['fields'] = Object.fromEntries(
    missing.map(([part, values]): [string, FieldSchema] => [part, { type: values.some((value) => typeof value === 'string') ? 'string' : 'number' }]),
  );
  return changes.addFields(device, fields);
}
