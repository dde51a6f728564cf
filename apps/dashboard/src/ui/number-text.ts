/** Numbers as a person reads them, all by one rule: threes of digits apart from the fifth digit on, by spaces that do not break. */

/** Seven significant digits where no precision is named; the exact value stays in the title of whatever shows it. */
const SIGNIFICANT = 7;

/** Huge and tiny numbers are kept short; nothing is rounded in silence that stands before the point. */
export function formatNumber(value: number | null | undefined, precision?: number): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  return size > Number.MAX_SAFE_INTEGER || (size !== 0 && size < 1e-6) ? scientific(value) : plain(value, precision);
}

/** `1461`, `1 234 567`. */
export const countText = (value: number): string => plain(value, 0);

/** Positions are decimal text of any size. */
export const positionText = (position: string): string => plain(BigInt(position), 0);

/** `1 reading`, `56 480 readings`; `many` where the plural has more than an s. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${countText(count)} ${count === 1 ? one : many}`;

/** `812 B`, `3.4 kB`, `1.2 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${plain(bytes / 1_000, 1)} kB` : `${plain(bytes / 1_000_000, 1)} MB`;
}

/** A mark of an axis, with as many digits as tell it from the next, `step` away. */
export function tickText(value: number, step: number): string {
  const steps = Math.abs(value / step);
  if (Math.abs(value) >= 1e12 && steps < 10 ** SCIENTIFIC) return scientific(value);
  if (!(steps >= 10 ** (SIGNIFICANT - 1))) return formatNumber(value);
  return plain(value, Number.isInteger(step) ? 0 : 1 - Math.floor(Math.log10(Math.abs(step))));
}

/** What stands before the point is never cut. */
function plain(value: number | bigint, precision = isWhole(value) ? 0 : undefined): string {
  const text = formatOf(precision === undefined ? undefined : Math.min(precision, 15)).format(value);
  return text.replaceAll(',', '\u00a0').replace('-', '−');
}

const isWhole = (value: number | bigint): boolean =>
  typeof value === 'bigint' || Number.isInteger(value) || Math.abs(value) >= 10 ** SIGNIFICANT;

const formats = new Map<number | undefined, Intl.NumberFormat>();

/** A format costs more to make than to use, and a chart asks for many. */
function formatOf(precision: number | undefined): Intl.NumberFormat {
  let format = formats.get(precision);
  if (!format) {
    format = new Intl.NumberFormat('en-US', {
      // Four digits are read at a glance, and may be a year.
      useGrouping: 'min2',
      signDisplay: 'negative',
      ...(precision === undefined
        ? { maximumSignificantDigits: SIGNIFICANT }
        : { minimumFractionDigits: precision, maximumFractionDigits: precision }),
    });
    formats.set(precision, format);
  }
  return format;
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
