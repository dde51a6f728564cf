/** Under which field of InfluxDB each part of a device is stored, and in which measurement: all told by the schemas it ever had. */
import { createHash } from 'node:crypto';
import { EMPTY_SLOTS, extendSlots, parseStep, type PartKind, type SlotLayout } from '../shared/series-layout.js';
import { encodeName } from './names.js';

/** Of a reading, beside its values; fields of a device have a dot in their names. */
export const META = { position: 'position', index: 'index', recordedAt: 'recordedAt', seq: 'seq' } as const;

export interface DeviceLayout {
  slots: SlotLayout;
  /** `n.temperature`, by index of the slot. */
  numbers: readonly string[];
  /** `t.state`. */
  texts: readonly string[];
}

const EMPTY_LAYOUT: DeviceLayout = { slots: EMPTY_SLOTS, numbers: [], texts: [] };
/** Devices of one kind share a layout; kinds beyond this many are folded again when needed. */
const LAYOUTS_KEPT_MAX = 10_000;

/** Devices that began with the same schema share a measurement, whatever becomes of their schemas: a device never moves. */
export function measurementOf(steps: readonly string[]): string {
  return `readings_${createHash('sha256')
    .update(steps[0] ?? '')
    .digest('hex')
    .slice(0, 12)}`;
}

export function keyOf(layout: DeviceLayout, kind: PartKind, index: number): string {
  return (kind === 'number' ? layout.numbers : layout.texts)[index]!;
}

export class Layouts {
  private readonly known = new Map<string, DeviceLayout>();

  /** `steps`: as stored, in order. */
  of(steps: readonly string[]): DeviceLayout {
    if (steps.length === 0) return EMPTY_LAYOUT;
    const key = steps.join('\n');
    let layout = this.known.get(key);
    if (!layout) {
      const before = this.of(steps.slice(0, -1));
      layout = withKeys(extendSlots(before.slots, parseStep(steps.at(-1)!)));
      if (this.known.size >= LAYOUTS_KEPT_MAX) this.known.clear();
      this.known.set(key, layout);
    }
    return layout;
  }
}

/** A part whose meaning changed has further slots: `n.temperature~2`. Kind and number are part of the key, so that no two types ever meet in one field. */
function withKeys(slots: SlotLayout): DeviceLayout {
  const layout = { slots, numbers: [] as string[], texts: [] as string[] };
  const seen = new Map<string, number>();
  for (const { part, kind } of slots.slots) {
    const name = `${kind === 'number' ? 'n' : 't'}.${encodeName(part)}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    (kind === 'number' ? layout.numbers : layout.texts).push(times === 1 ? name : `${name}~${times}`);
  }
  return layout;
}
