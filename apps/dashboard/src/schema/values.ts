/** Values as a person reads them: precision and unit from the schema. */
import type { FieldSchema, Json } from '#contracts';
import { counted, formatNumber } from '../ui/number-text.js';
import { symbolOf } from './units.js';

export interface ShownValue {
  text: string;
  unit: string;
  /** For a location or vector: one line a part. */
  parts?: { name: string; text: string }[];
}

export function showValue(value: Json | undefined, field: FieldSchema | undefined): ShownValue {
  const unit = symbolOf(field?.unit);
  const precision = field?.precision;
  if (value === undefined || value === null) return { text: '–', unit: '' };
  if (typeof value === 'number') return { text: formatNumber(value, precision), unit };
  if (typeof value === 'boolean') return { text: value ? 'on' : 'off', unit: '' };
  if (typeof value === 'string') return { text: value, unit };
  const isLocation = field?.type === 'location';
  const entries = inOrder(value, isLocation ? ['lat', 'lon', 'alt'] : field?.type === 'vector' ? field.axes : []);
  const parts = entries.map(([name, part]) => ({
    name,
    text: typeof part === 'number' ? formatNumber(part, precision ?? partPrecision(isLocation, name)) : String(part),
  }));
  return { text: parts.map((part) => part.text).join(', '), unit: isLocation ? '' : unit, parts };
}

/** In the order in which people say them, whatever order they were stored in. */
function inOrder(value: Json[] | { [part: string]: Json }, order: string[]): [string, Json][] {
  const entries: [string, Json][] = Array.isArray(value) ? value.map((part, at) => [order[at] ?? String(at), part]) : Object.entries(value);
  const placeOf = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return entries.sort(([a], [b]) => placeOf(a) - placeOf(b));
}

/** Five decimals of a degree are a metre, which is what a position can be trusted to. */
const partPrecision = (isLocation: boolean, name: string): number | undefined => (isLocation ? (name === 'alt' ? 1 : 5) : undefined);

export const labelOf = (name: string, field: FieldSchema | undefined): string => field?.label || name;

/** `4 fields: temperature, humidity, position and 1 more`. */
export function summarise(fields: Record<string, FieldSchema>, shown = 3): string {
  const names = Object.keys(fields);
  if (names.length === 0) return 'no fields';
  const rest = names.length - shown;
  const listed = names.slice(0, shown).join(', ');
  return `${counted(names.length, 'field')}: ${listed}${rest > 0 ? ` and ${rest} more` : ''}`;
}
