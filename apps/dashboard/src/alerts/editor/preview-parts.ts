/** Which fields of a device a draft can be seen on. */
import type { DeviceView } from '#contracts';
import { looksAt, numericParts } from '../looks-at.js';
import { readCondition, type ConditionDraft } from './condition-draft.js';

/** Those of the condition that are numbers; any number for one that names no field. */
export function partsShown(condition: ConditionDraft, { deviceId, schema }: DeviceView): string[] {
  const numbers = numericParts(schema.fields);
  const looked = looksAt(readCondition(condition, '', {}), deviceId).filter((one) => one.deviceId === deviceId && one.field !== '');
  if (looked.length === 0) return numbers.slice(0, 1);
  return looked.flatMap(({ field }) => {
    if (numbers.includes(field)) return [field];
    // No data of a vector: its first axis shows it as well as any.
    return numbers.filter((part) => part.startsWith(`${field}.`)).slice(0, 1);
  });
}

/** The latitude of a location that the condition looks at: its readings say over which time to try it. */
export function placeShown(condition: ConditionDraft, { deviceId, schema }: DeviceView): string {
  const looked = looksAt(readCondition(condition, '', {}), deviceId);
  const place = looked.find(({ field }) => schema.fields[field]?.type === 'location');
  return place ? `${place.field}.lat` : '';
}
