/** Values as a person reads them: precision and unit from the schema, huge and tiny numbers kept short, nothing rounded in silence. */
import type { FieldSchema, Json } from '#contracts';
import { countText } from '../ui/count-text.js';
import { symbolOf } from './units.js';

/** Seven significant digits where the schema names no precision; the exact value stays in the title of whatever shows it. */
const SIGNIFICANT = 7;

export function formatNumber(value: number | null | undefined, precision?: number): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  return size > Number.MAX_SAFE_INTEGER || (size !== 0 && size < 1e-6) ? scientific(value) : plain(value, precision);
}

/** What stands before the point is never cut. */
function plain(value: number, precision = Number.isInteger(value) || Math.abs(value) >= 10 ** SIGNIFICANT ? 0 : undefined): string {
  const text = new Intl.NumberFormat('en-US', {
    useGrouping: Math.abs(value) >= 100_000 ? 'always' : false,
    ...(precision === undefined
      ? { maximumSignificantDigits: SIGNIFICANT }
      : { minimumFractionDigits: Math.min(precision, 15), maximumFractionDigits: Math.min(precision, 15) }),
  }).format(value);
  return text.replaceAll(',', ' ').replace('-', '−');
}

/** A mark of an axis, with as many digits as tell it from the next, `step` away. */
export function tickText(value: number, step: number): string {
  const steps = Math.abs(value / step);
  if (Math.abs(value) >= 1e12 && steps < 10 ** SCIENTIFIC) return scientific(value);
  if (!(steps >= 10 ** (SIGNIFICANT - 1))) return formatNumber(value);
  return plain(value, Number.isInteger(step) ? 0 : 1 - Math.floor(Math.log10(Math.abs(step))));
}

/** Digits after the point of a number that is written by its power of ten. */
const SCIENTIFIC = 3;
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `1.5 × 10⁻¹²` */
function scientific(value: number): string {
  const [digits = '', power = '0'] = value.toExponential(SCIENTIFIC).split('e');
  const raised = [...String(Math.abs(Number(power)))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `${String(Number(digits)).replace('-', '−')} × 10${Number(power) < 0 ? '⁻' : ''}${raised}`;
}

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

/** `1 reading`, `5 648 readings`. */
export const counted = (count: number, what: string): string => `${countText(count)} ${what}${count === 1 ? '' : 's'}`;

export const labelOf = (name: string, field: FieldSchema | undefined): string => field?.label || name;

/** `4 fields: temperature, humidity, position and 1 more`. */
export function summarise(fields: Record<string, FieldSchema>, shown = 3): string {
  const names = Object.keys(fields);
  if (names.length === 0) return 'no fields';
  const rest = names.length - shown;
  const listed = names.slice(0, shown).join(', ');
  return `${names.length} ${names.length === 1 ? 'field' : 'fields'}: ${listed}${rest > 0 ? ` and ${rest} more` : ''}`;
}
