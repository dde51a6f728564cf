/** Turns the headings of a table into names of fields, and names into device ids. */
import { whyNotAFieldName } from '#contracts';

/** Letters, digits, `_` and `-`; unique; none that a reading uses for itself. */
export function fieldNames(headings: string[]): string[] {
  const taken = new Set<string>();
  return headings.map((heading, index) => {
    let name =
      heading
        .normalize('NFC')
        .trim()
        .replace(/[^\p{L}\p{N}_-]+/gu, '_')
        .replace(/^_+|_+$/g, '')
        .slice(0, 120) || `column_${index + 1}`;
    if (whyNotAFieldName(name)) name = `${name.replace(/^_+|_+$/g, '')}_value`;
    return unique(name, taken);
  });
}

export function unique(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let n = 2; taken.has(candidate); n++) candidate = `${name}_${n}`;
  taken.add(candidate);
  return candidate;
}

/** `Seattle weather (hourly)` → `seattle-weather-hourly`. */
export function slug(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return (
    plain
      .replace(/[^a-z0-9_.:]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 128) || 'device'
  );
}
