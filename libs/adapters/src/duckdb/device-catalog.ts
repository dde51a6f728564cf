/** Which number and layout each device has: kept in memory, loaded when first needed, changed only by a committed batch. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { DeviceSchema } from '#contracts';
import type { DeviceRef, SeriesBatch } from '#ports';
import { resultOf } from './chunks.js';
import { formatStep, parseStep } from '../shared/series-layout.js';
import { EMPTY_LAYOUT, extendLayout, tableOf, type Layout, type SizeClass } from './layout.js';

export interface CatalogDevice extends DeviceRef {
  /** Stands for account and device in every row. */
  id: number;
  /** The steps that made the layout. */
  steps: readonly Step[];
  layout: Layout;
}

export interface Step {
  /** Of the event that it came with. */
  position: number;
  /** As stored. */
  text: string;
}

/** `schemaVersion` of a step that no schema made: fields that came without one. */
const NO_SCHEMA = 0;

export class DeviceCatalog {
  private readonly ids = new Map<string, DeviceRef & { id: number }>();
  private readonly loaded = new Map<number, CatalogDevice>();
  /** Devices of one kind share a layout. */
  /** By the layout before a step and the step's text. */
  private readonly layouts = new Map<Layout, Map<string, Layout>>();
  private readonly tables = new Set<string>();
  private nextId = 1;

  static async open(connection: DuckDBConnection): Promise<DeviceCatalog> {
    const catalog = new DeviceCatalog();
    const devices = await resultOf(connection, 'SELECT id, account, device FROM devices');
    const [ids, accounts, names] = [devices.ints(0), devices.texts(1), devices.texts(2)];
    ids.forEach((id, i) => catalog.addId({ id, accountId: accounts[i]!, deviceId: names[i]! }));
    const tables = await resultOf(connection, `SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'readings\\_%' ESCAPE '\\'`);
    for (const table of tables.texts(0)) catalog.tables.add(table!);
    return catalog;
  }

  /** All devices, by number. */
  all(): (DeviceRef & { id: number })[] {
    return [...this.ids.values()];
  }

  /** Undefined where the device never had a schema or a reading. */
  async find(connection: DuckDBConnection, ref: DeviceRef): Promise<CatalogDevice | undefined> {
    const known = this.ids.get(keyOf(ref));
    return known && (this.loaded.get(known.id) ?? (await this.load(connection, [known]))[0]);
  }

  async findAll(connection: DuckDBConnection, refs: DeviceRef[]): Promise<CatalogDevice[]> {
    const known = refs.flatMap((ref) => this.ids.get(keyOf(ref)) ?? []);
    await this.load(
      connection,
      known.filter(({ id }) => !this.loaded.has(id)),
    );
    return known.map(({ id }) => this.loaded.get(id)!);
  }

  hasTable(size: SizeClass): boolean {
    return this.tables.has(tableOf(size));
  }

  tableNames(): string[] {
    return [...this.tables];
  }

  /** Changes to be made together with a batch, or not at all. */
  stage(): CatalogChanges {
    return new CatalogChanges(this, this.nextId);
  }

  publish(changes: CatalogChanges): void {
    for (const device of changes.devices.values()) {
      this.addId(device);
      this.loaded.set(device.id, device);
    }
    for (const table of changes.tables) this.tables.add(table);
  }

  /** As the device was at a position. */
  asOf(device: CatalogDevice, position: number): CatalogDevice {
    const steps = device.steps.filter((step) => step.position <= position);
    return steps.length === device.steps.length ? device : { ...device, steps, layout: this.layoutOf(steps) };
  }

  extend(device: CatalogDevice, step: Step): CatalogDevice {
    const steps = [...device.steps, step];
    return { ...device, steps, layout: this.layoutOf(steps) };
  }

  private async load(connection: DuckDBConnection, devices: (DeviceRef & { id: number })[]): Promise<CatalogDevice[]> {
    if (devices.length === 0) return [];
    const steps = new Map<number, Step[]>(devices.map(({ id }) => [id, []]));
    const ids = devices.map(({ id }) => id).join(', ');
    const rows = await resultOf(connection, `SELECT device, position, schema FROM schemas WHERE device IN (${ids}) ORDER BY device, step`);
    const [owners, positions, texts] = [rows.ints(0), rows.doubles(1), rows.texts(2)];
    owners.forEach((id, i) => steps.get(id)!.push({ position: positions[i]!, text: texts[i]! }));
    return devices.map(({ id, accountId, deviceId }) => {
      const device = { id, accountId, deviceId, steps: steps.get(id)!, layout: this.layoutOf(steps.get(id)!) };
      // A batch may have changed the device while we were reading.
      if (!this.loaded.has(id)) this.loaded.set(id, device);
      return this.loaded.get(id)!;
    });
  }

  /** Devices with the same steps share it, and those with the same first ones what these make. */
  private layoutOf(steps: readonly Step[]): Layout {
    let layout = EMPTY_LAYOUT;
    for (const { text } of steps) {
      let extended = this.layouts.get(layout);
      if (!extended) this.layouts.set(layout, (extended = new Map<string, Layout>()));
      let next = extended.get(text);
      if (!next) extended.set(text, (next = extendLayout(layout, parseStep(text))));
      layout = next;
    }
    return layout;
  }

  private addId({ id, accountId, deviceId }: DeviceRef & { id: number }): void {
    this.ids.set(keyOf({ accountId, deviceId }), { id, accountId, deviceId });
    this.nextId = Math.max(this.nextId, id + 1);
  }
}

type SchemaThen = Pick<SeriesBatch['schemas'][number], 'position' | 'schemaVersion' | 'schema'>;

/** What a batch adds, seen by nobody else until it is published. */
export class CatalogChanges {
  readonly devices = new Map<string, CatalogDevice>();
  readonly tables = new Set<string>();
  readonly newDevices: CatalogDevice[] = [];
  readonly newSteps: (Step & { device: number; step: number; schemaVersion: number })[] = [];

  constructor(
    private readonly catalog: DeviceCatalog,
    private nextId: number,
  ) {}

  /** The device as this batch leaves it so far; a new one where it is unknown. */
  async device(connection: DuckDBConnection, ref: DeviceRef): Promise<CatalogDevice> {
    const staged = this.devices.get(keyOf(ref)) ?? (await this.catalog.find(connection, ref));
    if (staged) return staged;
    const device: CatalogDevice = { id: this.nextId++, accountId: ref.accountId, deviceId: ref.deviceId, steps: [], layout: EMPTY_LAYOUT };
    this.newDevices.push(device);
    this.devices.set(keyOf(ref), device);
    return device;
  }

  addSchema(device: CatalogDevice, { position, schemaVersion, schema }: SchemaThen): CatalogDevice {
    const step = { position, text: formatStep({ schema, additive: schemaVersion === NO_SCHEMA }) };
    this.newSteps.push({ ...step, device: device.id, step: device.steps.length, schemaVersion });
    const extended = this.catalog.extend(device, step);
    this.devices.set(keyOf(device), extended);
    return extended;
  }

  /** Fields that no schema named (it should not happen, but nothing received may be lost). */
  addFields(device: CatalogDevice, position: number, fields: DeviceSchema['fields']): CatalogDevice {
    return this.addSchema(device, { position, schemaVersion: NO_SCHEMA, schema: { fields } });
  }

  hasTable(size: SizeClass): boolean {
    return this.catalog.hasTable(size) || this.tables.has(tableOf(size));
  }
}

export function keyOf({ accountId, deviceId }: DeviceRef): string {
  return `${accountId}\n${deviceId}`;
}
