/** Meridians and parallels, finer as the map is; with their degrees they are the scale of a map without streets. */
import type { CanvasTheme } from '../charts/theme.js';
import { fromUnit, toUnit } from './basemap.js';
import type { TilePlace } from './tile-place.js';

const STEPS = [30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];
/** Lines stand at least so many pixels apart. */
const APART_PX = 110;

/** For a world of so many pixels. */
export function graticuleStep(worldPx: number): { step: number; decimals: number } {
  const step = STEPS.findLast((each) => (each * worldPx) / 360 >= APART_PX) ?? 30;
  return { step, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

export function drawGraticule(pen: CanvasRenderingContext2D, theme: CanvasTheme, place: TilePlace): void {
  const { step } = graticuleStep(place.scale);
  const [north, west] = fromUnit(place.left, place.top);
  const [south, east] = fromUnit(place.left + place.size / place.scale, place.top + place.size / place.scale);
  pen.strokeStyle = theme.coast;
  pen.globalAlpha = 0.32;
  pen.lineWidth = 0.6;
  pen.beginPath();
  for (let lon = Math.ceil(west / step - 1e-9) * step; lon < east - 1e-12; lon += step) {
    const x = Math.round((toUnit(0, lon)[0] - place.left) * place.scale) + 0.5;
    pen.moveTo(x, 0);
    pen.lineTo(x, place.size);
  }
  for (let lat = Math.ceil(south / step - 1e-9) * step; lat < north - 1e-12; lat += step) {
    const y = Math.round((toUnit(lat, 0)[1] - place.top) * place.scale) + 0.5;
    pen.moveTo(0, y);
    pen.lineTo(place.size, y);
  }
  pen.stroke();
  pen.globalAlpha = 1;
}

export function degreeText(value: number, decimals: number, positive: string, negative: string): string {
  const size = Math.abs(value);
  if (size < 1e-9) return '0°';
  return `${size.toFixed(decimals)}° ${value > 0 ? positive : negative}`;
}
