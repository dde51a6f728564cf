/** Which fields a condition can be about: those of the devices that the rule looks at. */
import type { DeviceView } from '#contracts';
import { labelOf } from '../../schema/values.js';
import { symbolOf } from '../../schema/units.js';
import { fieldOf, numericParts } from '../looks-at.js';
import { partLabel } from '../part-words.js';

export type FieldKind = 'number' | 'location' | 'any';

export interface OfferedFields {
  /** For the areas that are drawn, and for comparisons. */
  devices: readonly DeviceView[];
  looked: readonly DeviceView[];
}

export interface OfferedField {
  value: string;
  label: string;
}

export function fieldsOffered(devices: readonly DeviceView[], kind: FieldKind, chosen: string): OfferedField[] {
  const found = new Map<string, string>();
  for (const { schema } of devices) {
    for (const part of partsOfKind(schema.fields, kind)) if (!found.has(part)) found.set(part, saidOf(schema.fields, part));
  }
  if (chosen !== '' && !found.has(chosen)) found.set(chosen, chosen);
  return [...found].map(([value, label]) => ({ value, label }));
}

function partsOfKind(fields: DeviceView['schema']['fields'], kind: FieldKind): string[] {
  const names = Object.keys(fields);
  if (kind === 'any') return names;
  return kind === 'number' ? numericParts(fields) : names.filter((name) => fields[name]?.type === 'location');
}

function saidOf(fields: DeviceView['schema']['fields'], part: string): string {
  const field = fieldOf({ fields }, part);
  const name = fields[part] ? part : part.slice(0, part.lastIndexOf('.'));
  const label = labelOf(name, field);
  return label === name ? part : `${partLabel(name, label, part)} (${part})`;
}

/** Where all devices agree on it. */
export function unitOffered(devices: readonly DeviceView[], part: string): string {
  const units = new Set(devices.flatMap(({ schema }) => fieldOf(schema, part) ?? []).map(({ unit }) => symbolOf(unit)));
  return units.size === 1 ? ([...units][0] ?? '') : '';
}

/** Those that a rule with these devices and tags looks at. */
export function lookedAt(devices: readonly DeviceView[], deviceIds: readonly string[], tags: Record<string, string>): DeviceView[] {
  const pairs = Object.entries(tags);
  if (deviceIds.length === 0 && pairs.length === 0) return [...devices];
  return devices.filter(
    ({ deviceId, tags: own }) => deviceIds.includes(deviceId) || (pairs.length > 0 && pairs.every(([name, value]) => own[name] === value)),
  );
}
