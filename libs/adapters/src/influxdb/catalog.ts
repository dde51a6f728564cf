/** What is known of the devices themselves: the schemas they had, kept in a measurement of its own. */
import type { DeviceRef } from '#ports';
import type { Block } from './blocks.js';
import type { InfluxConnection } from './connection.js';
import { measurementOf, type DeviceLayout, type Layouts } from './device-layout.js';
import { decodeName, encodeName, identifier, literal, textAsSent, textInLine } from './names.js';

export interface CatalogDevice extends DeviceRef {
  /** The steps that made the layout, as stored, in order of the log. */
  steps: readonly string[];
  layout: DeviceLayout;
  measurement: string;
  /** It has more readings of one time than a series can hold: then nanoseconds alone do not tell their order. */
  spilled: boolean;
}

const CATALOG = 'catalog';
const COLUMNS = `${identifier('step')}, ${identifier('spilled')}`;
/** Devices asked for in one statement. */
const AT_ONCE = 100;

export function unknownDevice({ accountId, deviceId }: DeviceRef, layouts: Layouts): CatalogDevice {
  return { accountId, deviceId, steps: [], layout: layouts.of([]), measurement: measurementOf([]), spilled: false };
}

export function refKey({ accountId, deviceId }: DeviceRef): string {
  return `${accountId}\n${deviceId}`;
}

/** Condition for one device's series. */
export function deviceCondition({ accountId, deviceId }: DeviceRef): string {
  return `${identifier('account')} = ${literal(encodeName(accountId))} AND ${identifier('device')} = ${literal(encodeName(deviceId))}`;
}

export function tagsInLine({ accountId, deviceId }: DeviceRef): string {
  return `account=${encodeName(accountId)},device=${encodeName(deviceId)}`;
}

export function refOf({ account, device }: Record<string, string>): DeviceRef {
  return { accountId: decodeName(account!), deviceId: decodeName(device!) };
}

export function byMeasurement(devices: CatalogDevice[]): Map<string, CatalogDevice[]> {
  const groups = new Map<string, CatalogDevice[]>();
  for (const device of devices) {
    const group = groups.get(device.measurement);
    if (group) group.push(device);
    else groups.set(device.measurement, [device]);
  }
  return groups;
}

export class Catalog {
  constructor(
    private readonly connection: InfluxConnection,
    private readonly database: string,
    readonly layouts: Layouts,
  ) {}

  /** As it stands now, or stood at a position; without steps where the device had no schema and no reading. */
  async find(ref: DeviceRef, asOf = Infinity): Promise<CatalogDevice> {
    const [device] = await this.findAll([ref], asOf < Number.MAX_SAFE_INTEGER ? Math.floor(asOf) : undefined);
    return device ?? unknownDevice(ref, this.layouts);
  }

  /** Those there are. `until`: only steps of events up to this position. */
  async findAll(refs: DeviceRef[], until?: number): Promise<CatalogDevice[]> {
    const known = until === undefined ? '' : ` AND time < ${stepTime(until, true) + 1n}`;
    const statements: string[] = [];
    for (let from = 0; from < refs.length; from += AT_ONCE) {
      const some = refs.slice(from, from + AT_ONCE).map((ref) => `(${deviceCondition(ref)})`);
      statements.push(`SELECT ${COLUMNS} FROM ${CATALOG} WHERE (${some.join(' OR ')})${known} GROUP BY account, device`);
    }
    return statements.length === 0 ? [] : this.read(statements.join(';'));
  }

  /** All that have a schema or a reading. */
  all(): Promise<CatalogDevice[]> {
    return this.read(`SELECT ${COLUMNS} FROM ${CATALOG} GROUP BY account, device`);
  }

  private async read(statements: string): Promise<CatalogDevice[]> {
    const devices = new Map<string, { ref: DeviceRef; steps: string[]; spilled: boolean }>();
    for await (const block of this.connection.query(this.database, statements, ['text', 'number'])) {
      const ref = refOf(block.tags);
      const device = devices.get(refKey(ref)) ?? { ref, steps: [], spilled: false };
      devices.set(refKey(ref), device);
      readRows(block, device);
    }
    return [...devices.values()].map(({ ref, steps, spilled }) => ({
      ...ref,
      steps,
      layout: this.layouts.of(steps),
      measurement: measurementOf(steps),
      spilled,
    }));
  }
}

function readRows({ columns }: Block, device: { steps: string[]; spilled: boolean }): void {
  const [steps, spilled] = columns as [(string | null)[], Float64Array];
  for (const [row, step] of steps.entries()) {
    if (step !== null) device.steps.push(textAsSent(step));
    if (spilled[row] === 1) device.spilled = true;
  }
}

/** Steps stand in order of their events; what comes with readings follows a schema of the same position. */
export function stepLine(ref: DeviceRef, position: number, step: string, additive: boolean): string {
  return `${CATALOG},${tagsInLine(ref)} step="${textInLine(step)}" ${stepTime(position, additive)}`;
}

/** Before all steps. */
export function spilledLine(ref: DeviceRef): string {
  return `${CATALOG},${tagsInLine(ref)} spilled=1i 0`;
}

function stepTime(position: number, additive: boolean): bigint {
  return 2n * BigInt(position) + (additive ? 2n : 1n);
}
