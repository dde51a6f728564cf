/** Colours from −1 over 0 to 1: blue and orange, which also those tell apart who do not tell red from green. */

const BLUE = [33, 94, 173] as const;
const ORANGE = [203, 90, 18] as const;

/** The colour of nothing is that of the surface it lies on. */
export function diverging(value: number, surface: string): string {
  const end = value < 0 ? BLUE : ORANGE;
  // A style sheet's builder writes #ffffff as #fff.
  const full = surface.length === 4 ? surface.replace(/[\da-f]/gi, '$&$&') : surface;
  const start = [1, 3, 5].map((at) => parseInt(full.slice(at, at + 2), 16));
  const share = Math.min(1, Math.abs(value));
  const mixed = start.map((from, at) => Math.round(from + ((end[at] ?? 0) - from) * share));
  return `rgb(${mixed.join(', ')})`;
}

/** Black or white, whichever is read better on this colour. */
export function inkOn(color: string): string {
  const [r = 0, g = 0, b = 0] = (color.match(/\d+/g) ?? []).map((channel) => linear(Number(channel)));
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return luminance > 0.179 ? '#000000' : '#ffffff';
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
