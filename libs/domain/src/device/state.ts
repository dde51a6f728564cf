/** What a device must know to decide, and no more: 100,000 of these are in memory at once. */
import type { DeviceSchema } from '#contracts';
import { RecentCommands, type FrozenCommands } from '../kernel/recent-commands.js';
import { compileSchema, type CompiledSchema } from '../schema/compiled-schema.js';
import { ReceivedSeqs, type FrozenSeqs } from './received-seqs.js';

export type DeviceState = UnknownDevice | ActiveDevice | RetiredDevice;

export interface UnknownDevice {
  readonly phase: 'unknown';
}

export interface ActiveDevice {
  readonly phase: 'active';
  readonly schemaVersion: number;
  /** Shared by all devices with the same schema on this thread. */
  readonly compiled: CompiledSchema;
  /** Of the last event that changed name, tags or schema: what an ETag of the device names. */
  readonly describedRevision: number;
  readonly seqs: ReceivedSeqs;
  readonly recent: RecentCommands;
}

export interface RetiredDevice {
  readonly phase: 'retired';
  readonly recent: RecentCommands;
}

export const NO_SEQS = ReceivedSeqs.empty();

/** Raise it when the shape of `FrozenDevice` changes: older snapshots are then ignored. */
export const DEVICE_SNAPSHOT_VERSION = 1;

/** Plain JSON. */
export type FrozenDevice =
  | { phase: 'unknown' }
  | { phase: 'retired'; recent: FrozenCommands }
  | {
      phase: 'active';
      schemaVersion: number;
      schema: DeviceSchema;
      describedRevision: number;
      seqs: FrozenSeqs;
      recent: FrozenCommands;
    };

export function freezeDevice(state: DeviceState): FrozenDevice {
  switch (state.phase) {
    case 'unknown':
      return { phase: 'unknown' };
    case 'retired':
      return { phase: 'retired', recent: state.recent.freeze() };
    case 'active': {
      const { schemaVersion, compiled, describedRevision, seqs, recent } = state;
      return { phase: 'active', schemaVersion, schema: compiled.schema, describedRevision, seqs: seqs.freeze(), recent: recent.freeze() };
    }
    default:
      return state satisfies never;
  }
}

export function thawDevice(frozen: unknown): DeviceState {
  const state = frozen as FrozenDevice;
  switch (state.phase) {
    case 'unknown':
      return { phase: 'unknown' };
    case 'retired':
      return { phase: 'retired', recent: RecentCommands.thaw(state.recent) };
    case 'active': {
      const { schemaVersion, describedRevision } = state;
      const seqs = state.seqs.bounds.length === 0 ? NO_SEQS : ReceivedSeqs.thaw(state.seqs);
      const recent = RecentCommands.thaw(state.recent);
      return { phase: 'active', schemaVersion, compiled: compileSchema(state.schema), describedRevision, seqs, recent };
    }
    default:
      return state satisfies never;
  }
}
