/** Fields and their parts in the words of the schema: its label for a name, its unit behind a number. */
import type { DeviceView } from '#contracts';
import { partsOf } from '#contracts';
import { labelOf } from '../schema/values.js';
import { symbolOf } from '../schema/units.js';

export interface PartWords {
  label: string;
  /** As it is written; empty where there is none. */
  unit: string;
}

/** By the name that conditions and causes have for them: `t`, `acceleration.x`; `other-device t` of another device. */
export type Words = ReadonlyMap<string, PartWords>;

type Described = Pick<DeviceView, 'deviceId' | 'name' | 'schema'>;

/** Of a device that is no longer there, nothing is known: names then stay as they are. */
export function wordsOf(devices: readonly Described[], deviceId: string, isMentioned: (deviceId: string) => boolean): Words {
  const words = new Map<string, PartWords>();
  for (const device of devices) {
    const isOwn = device.deviceId === deviceId;
    if (!isOwn && !isMentioned(device.deviceId)) continue;
    for (const [part, own] of partsIn(device)) {
      if (isOwn) words.set(part, own);
      else words.set(`${device.deviceId} ${part}`, { ...own, label: `${own.label} of ${device.name}` });
    }
  }
  return words;
}

function partsIn({ schema }: Described): [part: string, words: PartWords][] {
  return Object.entries(schema.fields).flatMap(([name, field]) =>
    [...new Set([name, ...partsOf(name, field)])].map((part): [string, PartWords] => [
      part,
      { label: partLabel(name, labelOf(name, field), part), unit: field.type === 'location' ? '' : symbolOf(field.unit) },
    ]),
  );
}

/** `Acceleration x`; `acceleration.x` where there is no label. */
export const partLabel = (name: string, label: string, part: string): string =>
  label === name ? part : `${label}${part.slice(name.length).replace('.', ' ')}`;
