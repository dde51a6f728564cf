/** What a writer remembers of the devices of each part, so that most batches are written without asking anything first. */
import type { DeviceRef } from '#ports';
import type { InfluxConnection } from './connection.js';
import { byMeasurement, deviceCondition, refKey, refOf, unknownDevice, type Catalog, type CatalogDevice } from './catalog.js';
import { identifier } from './names.js';

/** After all events up to the checkpoint of its part. */
export interface DeviceState {
  device: CatalogDevice;
  /** Time of its latest reading; -Infinity where it has none. */
  latest: number;
  /** How many readings it has of that time; undefined where that was not looked up. */
  atLatest: number | undefined;
}

interface PartStates {
  /** Checkpoint up to which the states are right. */
  position: number;
  /** All devices of the part up to there are among them: one that is not has nothing stored. */
  complete: boolean;
  devices: Map<string, DeviceState>;
}

/** About half a kilobyte each; those that were idle longest are forgotten, and looked up when they are back. */
export const DEVICES_KEPT_MAX = 100_000;
const AT_ONCE = 100;

export class DeviceStates {
  private readonly parts = new Map<number, PartStates>();
  private kept = 0;

  constructor(
    private readonly connection: InfluxConnection,
    private readonly database: string,
    private readonly catalog: Catalog,
  ) {}

  get size(): number {
    return this.kept;
  }

  /** The states of these devices at `position`, the checkpoint stored. Where another writer moved it, nothing remembered counts. */
  async at(part: number, position: number, refs: DeviceRef[]): Promise<Map<string, DeviceState>> {
    const states = this.statesOf(part, position);
    const wanted = new Map(refs.map((ref) => [refKey(ref), ref]));
    const found = new Map<string, DeviceState>();
    const missing: DeviceRef[] = [];
    for (const [key, ref] of wanted) {
      const state = states.devices.get(key);
      if (state) found.set(key, state);
      else if (states.complete) found.set(key, this.nothing(ref));
      else missing.push(ref);
    }
    for (const state of await this.load(missing, position)) found.set(refKey(state.device), state);
    return found;
  }

  /** The batch that led from the checkpoint of these states to `position` is stored. */
  publish(part: number, position: number, changed: Map<string, DeviceState>): void {
    const states = this.parts.get(part)!;
    states.position = position;
    this.kept -= states.devices.size;
    for (const [key, state] of changed) {
      states.devices.delete(key);
      states.devices.set(key, state);
    }
    this.kept += states.devices.size;
    this.forgetIdle(states);
  }

  private statesOf(part: number, position: number): PartStates {
    const known = this.parts.get(part);
    if (known?.position === position) return known;
    this.kept -= known?.devices.size ?? 0;
    const states = { position, complete: position === 0, devices: new Map<string, DeviceState>() };
    this.parts.set(part, states);
    return states;
  }

  private forgetIdle(states: PartStates): void {
    for (const key of states.devices.keys()) {
      if (this.kept <= DEVICES_KEPT_MAX) return;
      states.devices.delete(key);
      states.complete = false;
      this.kept--;
    }
  }

  private nothing(ref: DeviceRef): DeviceState {
    return { device: unknownDevice(ref, this.catalog.layouts), latest: -Infinity, atLatest: 0 };
  }

  private async load(refs: DeviceRef[], position: number): Promise<DeviceState[]> {
    if (refs.length === 0) return [];
    const states = new Map(refs.map((ref) => [refKey(ref), this.nothing(ref)]));
    const devices = await this.catalog.findAll(refs, position);
    for (const device of devices) states.get(refKey(device))!.device = device;
    for await (const { tags, time } of this.latest(devices, position)) {
      const state = states.get(refKey(refOf(tags)))!;
      state.latest = Math.max(state.latest, time[0]!);
      state.atLatest = undefined;
    }
    return [...states.values()];
  }

  private latest(devices: CatalogDevice[], position: number): ReturnType<InfluxConnection['query']> | [] {
    const statements: string[] = [];
    for (const [measurement, all] of byMeasurement(devices)) {
      for (let from = 0; from < all.length; from += AT_ONCE) {
        const some = all.slice(from, from + AT_ONCE).map((device) => `(${deviceCondition(device)})`);
        const stored = `${identifier('position')} <= ${position}`;
        statements.push(
          `SELECT ${identifier('position')} FROM ${measurement} WHERE (${some.join(' OR ')}) AND ${stored} ` +
            'GROUP BY account, device ORDER BY time DESC LIMIT 1',
        );
      }
    }
    return statements.length === 0 ? [] : this.connection.query(this.database, statements.join(';'), ['number']);
  }
}
