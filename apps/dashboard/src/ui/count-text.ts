/** Counts as people read them: `1 234 567`, with spaces that do not break. */
const format = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export const countText = (value: number): string => format.format(value).replaceAll(',', '\u00a0');

/** Positions are decimal text of any size. */
export const positionText = (position: string): string => position.replace(/\B(?=(\d{3})+$)/g, '\u00a0');

/** `812 B`, `3.4 kB`, `1.2 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
