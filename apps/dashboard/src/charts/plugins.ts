/** What is drawn over a chart: the shared cursor, the limits of the schema, and the pen at the newest value. */
import type { Chart, Plugin } from 'chart.js';
import { cursorTime, pointAt } from './cursor.js';
import { drawBands, drawBounds, type Marks } from './marks.js';
import type { Point } from './points.js';
import type { CanvasTheme } from './theme.js';

export interface Overlay {
  theme: CanvasTheme;
  /** Of the schema. */
  min?: number;
  max?: number;
  /** What is measured; what is computed from it comes after. */
  lines: readonly unknown[];
  /** True while the window follows the present. */
  live: () => boolean;
  /** Of alerts and their rules. */
  marks: () => Marks;
  /** Called after each drawing: what lies over the chart is put where it belongs. */
  drawn: () => void;
}

/** A point older than this, and than this share of the window, is not being written now. */
const PEN_MS = 30_000;
const PEN_SHARE = 0.03;

export const overlays = (overlay: Overlay): Plugin<'line'> => ({
  id: 'overlays',
  beforeDatasetsDraw: (chart) => {
    drawBands(chart as Chart, overlay.marks().bands);
    drawLimits(chart as Chart, overlay);
  },
  afterDatasetsDraw: (chart) => {
    drawBounds(chart as Chart, overlay.marks().bounds, overlay.theme);
    drawCursor(chart as Chart, overlay.theme);
    if (overlay.live()) drawPens(chart as Chart, overlay);
    overlay.drawn();
  },
  afterEvent: (chart, { event, inChartArea }) => {
    if (event.type === 'mouseout' || !inChartArea) pointAt(undefined);
    else if (event.type === 'mousemove' && event.x !== null) pointAt(chart.scales['x']?.getValueForPixel(event.x));
  },
});

function drawCursor(chart: Chart, theme: CanvasTheme): void {
  const time = cursorTime();
  const x = chart.scales['x'];
  if (time === undefined || !x || time < x.min || time > x.max) return;
  const place = Math.round(x.getPixelForValue(time)) + 0.5;
  const { ctx, chartArea } = chart;
  ctx.save();
  ctx.strokeStyle = theme.ink3;
  ctx.setLineDash([2, 3]);
  ctx.beginPath();
  ctx.moveTo(place, chartArea.top);
  ctx.lineTo(place, chartArea.bottom);
  ctx.stroke();
  ctx.restore();
}

function drawLimits(chart: Chart, { theme, min, max }: Overlay): void {
  const y = chart.scales['y'];
  if (!y) return;
  const { ctx, chartArea } = chart;
  ctx.save();
  ctx.strokeStyle = theme.warn;
  ctx.globalAlpha = 0.7;
  ctx.setLineDash([6, 4]);
  for (const limit of [min, max]) {
    if (limit === undefined || limit < y.min || limit > y.max) continue;
    const place = Math.round(y.getPixelForValue(limit)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(chartArea.left, place);
    ctx.lineTo(chartArea.right, place);
    ctx.stroke();
  }
  ctx.restore();
}

function drawPens(chart: Chart, { theme, lines }: Overlay): void {
  const { ctx, chartArea, scales } = chart;
  for (const dataset of chart.data.datasets.slice(0, lines.length)) {
    const last = (dataset.data as Point[]).at(-1);
    if (!last || !scales['x'] || !scales['y']) continue;
    const { min, max } = scales['x'];
    if (max - last.x > Math.max(PEN_MS, (max - min) * PEN_SHARE)) continue;
    const x = scales['x'].getPixelForValue(last.x);
    if (x < chartArea.left || x > chartArea.right + 1) continue;
    const y = scales['y'].getPixelForValue(last.y);
    ctx.save();
    ctx.fillStyle = theme.pen;
    ctx.strokeStyle = theme.surface;
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.arc(x, y, 4.5, 0, Math.PI * 2);
    ctx.fill();
    ctx.stroke();
    ctx.restore();
  }
}
