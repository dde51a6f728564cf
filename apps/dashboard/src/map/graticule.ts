/** Meridians and parallels with their degrees, finer as the map is; they are the scale of a map without streets. */
import type { CanvasTheme } from '../charts/theme.js';
import type { TilePlace } from './base-layer.js';
import { fromUnit, toUnit } from './basemap.js';

const STEPS = [30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];
/** Lines stand at least so many pixels apart. */
const APART_PX = 110;

export function drawGraticule(pen: CanvasRenderingContext2D, theme: CanvasTheme, place: TilePlace): void {
  const degreePx = place.scale / 360;
  const step = STEPS.findLast((each) => each * degreePx >= APART_PX) ?? 30;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const [north, west] = fromUnit(place.left, place.top);
  const [south, east] = fromUnit(place.left + place.size / place.scale, place.top + place.size / place.scale);
  pen.strokeStyle = theme.coast;
  pen.globalAlpha = 0.28;
  pen.lineWidth = 0.6;
  pen.beginPath();
  const labels: [text: string, x: number, y: number][] = [];
  for (let lon = Math.ceil(west / step - 1e-9) * step; lon < east - 1e-12; lon += step) {
    const x = Math.round((toUnit(0, lon)[0] - place.left) * place.scale) + 0.5;
    pen.moveTo(x, 0);
    pen.lineTo(x, place.size);
    if (isLabelled(place, 'column')) labels.push([degrees(lon, decimals, 'E', 'W'), x + 3, 11]);
  }
  for (let lat = Math.ceil(south / step - 1e-9) * step; lat < north - 1e-12; lat += step) {
    const y = Math.round((toUnit(lat, 0)[1] - place.top) * place.scale) + 0.5;
    pen.moveTo(0, y);
    pen.lineTo(place.size, y);
    if (isLabelled(place, 'row')) labels.push([degrees(lat, decimals, 'N', 'S'), 3, y - 3]);
  }
  pen.stroke();
  pen.globalAlpha = 0.75;
  pen.fillStyle = theme.ink3;
  pen.font = `10px ${theme.font}`;
  for (const [text, x, y] of labels) pen.fillText(text, x, y);
  pen.globalAlpha = 1;
}

/** Every second row and column of tiles: enough to read, not so many as to disturb. */
function isLabelled({ left, top, scale, size }: TilePlace, which: 'row' | 'column'): boolean {
  const index = Math.round(((which === 'row' ? left : top) * scale) / size);
  return index % 2 === 0;
}

function degrees(value: number, decimals: number, positive: string, negative: string): string {
  const size = Math.abs(value);
  if (size < 1e-9) return '0°';
  return `${size.toFixed(decimals)}° ${value > 0 ? positive : negative}`;
}
