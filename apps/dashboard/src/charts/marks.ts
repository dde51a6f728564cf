/** What alerts add to a chart: stretches in which one fires, shaded, and the bounds of its rule. */
import type { Chart } from 'chart.js';
import type { CanvasTheme } from './theme.js';

export interface Band {
  from: number;
  /** Infinity while it goes on. */
  to: number;
  color: string;
  /** A bar of its own at the top, in this row of them; the whole height is tinted where nothing is said. */
  lane?: number;
  /** Fainter: it did not fire yet. */
  faint?: boolean;
}

export interface BoundLine {
  value: number;
  color: string;
  dashed?: boolean;
  /** Written at its left end. */
  label?: string;
}

export interface Marks {
  bands: readonly Band[];
  bounds: readonly BoundLine[];
}

export const NO_MARKS: Marks = { bands: [], bounds: [] };

const LANE_PX = 5;
const LANE_STEP_PX = 8;
/** A stretch of one reading is seen, too. */
const WIDTH_PX_MIN = 2;

export function drawBands({ ctx, chartArea, scales }: Chart, bands: readonly Band[]): void {
  const x = scales['x'];
  if (!x || bands.length === 0) return;
  ctx.save();
  for (const { from, to, color, lane, faint } of bands) {
    if (to < x.min || from > x.max) continue;
    const left = x.getPixelForValue(Math.max(from, x.min));
    const width = Math.max(WIDTH_PX_MIN, x.getPixelForValue(Math.min(to, x.max)) - left);
    ctx.fillStyle = color;
    if (lane !== undefined) {
      ctx.fillRect(left, chartArea.top + lane * LANE_STEP_PX, width, LANE_PX);
      continue;
    }
    ctx.globalAlpha = faint ? 0.08 : 0.2;
    ctx.fillRect(left, chartArea.top, width, chartArea.bottom - chartArea.top);
    ctx.globalAlpha = 1;
  }
  ctx.restore();
}

export function drawBounds({ ctx, chartArea, scales }: Chart, bounds: readonly BoundLine[], theme: CanvasTheme): void {
  const y = scales['y'];
  if (!y || bounds.length === 0) return;
  ctx.save();
  ctx.font = `600 11px ${theme.font}`;
  ctx.lineWidth = 1.5;
  for (const { value, color, dashed, label } of bounds) {
    if (value < y.min || value > y.max) continue;
    const place = Math.round(y.getPixelForValue(value)) + 0.5;
    ctx.strokeStyle = color;
    ctx.setLineDash(dashed ? [5, 4] : []);
    ctx.beginPath();
    ctx.moveTo(chartArea.left, place);
    ctx.lineTo(chartArea.right, place);
    ctx.stroke();
    if (label) writeOn(ctx, label, { x: chartArea.left + 6, y: place - 5 < chartArea.top + 10 ? place + 13 : place - 5, color, theme });
  }
  ctx.restore();
}

interface Written {
  x: number;
  y: number;
  color: string;
  theme: CanvasTheme;
}

/** With a halo of the paper, so that it is read over lines. */
function writeOn(ctx: CanvasRenderingContext2D, text: string, { x, y, color, theme }: Written): void {
  ctx.setLineDash([]);
  ctx.lineJoin = 'round';
  ctx.lineWidth = 3;
  ctx.strokeStyle = theme.surface;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = color;
  ctx.fillText(text, x, y);
  ctx.lineWidth = 1.5;
}
