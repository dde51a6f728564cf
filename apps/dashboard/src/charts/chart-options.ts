/** How a line chart looks and what it answers to: axes, tooltip, zoom. */
import type { Chart, ChartConfiguration, ChartDataset, Scale, ScriptableTooltipContext, TooltipItem } from 'chart.js';
import { formatNumber, tickText } from '../ui/number-text.js';
import { exactTime } from '../time/format.js';
import { ticksBetween } from '../time/ticks.js';
import type { Marks } from './marks.js';
import { overlays } from './plugins.js';
import type { Point } from './points.js';
import type { CanvasTheme } from './theme.js';

export interface LineSpec {
  /** The part as stored: `acceleration.x`. */
  part: string;
  label: string;
  color: string;
}

export interface LineChartOptions {
  lines: LineSpec[];
  theme: CanvasTheme;
  zone: string;
  unit: string;
  precision?: number;
  min?: number;
  max?: number;
  /** There is nothing below it, though it is no limit. */
  floor?: number;
  /** A whole turn, of what begins again after it: the axis has all of it, in quarters. */
  turn?: number;
  /** True while the window follows the present. */
  live: () => boolean;
  /** A pause longer than this is drawn as one, not as a measurement. */
  pauseMs: () => number;
  onZoom: (from: number, to: number) => void;
  /** Stretches and bounds of alerts. */
  marks: () => Marks;
  drawn: () => void;
}

/** Narrower, and two times of day would touch. */
const TICK_PX = 68;
/** All charts of a column begin at the same place, so that their times stand below one another. */
const AXIS_PX = 58;

export function configuration(options: LineChartOptions): ChartConfiguration<'line', Point[]> {
  return {
    type: 'line',
    data: { datasets: options.lines.map((line) => dataset(line, options)) },
    plugins: [overlays(options)],
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { top: 8, right: 8, bottom: 0, left: 0 } },
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: { x: timeScale(options), y: valueScale(options) },
      plugins: { legend: { display: false }, tooltip: tooltip(options), zoom: zooming(options) },
    },
  };
}

const dataset = ({ label, color }: LineSpec, { pauseMs }: LineChartOptions): ChartDataset<'line', Point[]> => ({
  label,
  data: [],
  borderColor: color,
  backgroundColor: color,
  borderWidth: 1.6,
  borderJoinStyle: 'round',
  pointRadius: 0,
  pointHoverRadius: 4,
  pointBorderWidth: 0,
  spanGaps: true,
  segment: {
    borderColor: ({ p0, p1 }) => (isPause(p0, p1, pauseMs()) ? `${color}55` : undefined),
    borderDash: ({ p0, p1 }) => (isPause(p0, p1, pauseMs()) ? [2, 4] : undefined),
  },
});

const isPause = (p0: unknown, p1: unknown, pauseMs: number): boolean =>
  (p1 as { raw: Point }).raw !== undefined && (p1 as { raw: Point }).raw.x - (p0 as { raw: Point }).raw.x > pauseMs;

const timeScale = ({ theme, zone }: LineChartOptions) => ({
  type: 'linear' as const,
  grid: { color: theme.grid, tickColor: theme.line, tickLength: 5 },
  border: { color: theme.line },
  ticks: {
    color: theme.ink3,
    font: { family: theme.font, size: 11 },
    maxRotation: 0,
    autoSkip: false,
    callback: (_: string | number, index: number, ticks: { label?: unknown }[]) => ticks[index]?.label as string,
  },
  afterBuildTicks: (scale: Scale) => {
    scale.ticks = ticksBetween(scale.min, scale.max, zone, Math.max(2, scale.width / TICK_PX)).map(({ time, label }) => ({
      value: time,
      label,
    }));
  },
});

export const stepOf = ([first, second]: readonly { value: number }[]): number => (second?.value ?? NaN) - (first?.value ?? NaN);

const valueScale = ({ theme, floor, max, min = floor, turn }: LineChartOptions) => ({
  type: 'linear' as const,
  ...(turn !== undefined && { min: 0, max: turn }),
  grace: '6%',
  grid: { color: theme.grid, drawTicks: false },
  border: { display: false },
  ticks: {
    color: theme.ink3,
    font: { family: theme.font, size: 11 },
    padding: 8,
    maxTicksLimit: 6,
    ...(turn !== undefined && { stepSize: turn / 4 }),
    callback: (value: string | number, _: number, ticks: { value: number }[]) => tickText(Number(value), stepOf(ticks)),
  },
  // Room beyond what the schema allows would be room for nothing.
  afterBuildTicks: (scale: Scale) => {
    const { min: low, max: high } = scale.getMinMax(false);
    const { suggestedMin } = scale.options as { suggestedMin?: number };
    // Of nothing, a scale would be made up.
    if (!Number.isFinite(low) && suggestedMin === undefined) return void (scale.ticks = []);
    // What was never below zero seldom can be: no room for that either.
    const floorAt = min ?? (low >= 0 ? 0 : undefined);
    if (floorAt !== undefined && low >= floorAt && scale.min < floorAt) scale.min = floorAt;
    if (max !== undefined && high <= max && scale.max > max) scale.max = max;
    scale.ticks = scale.ticks.filter(({ value }) => value >= scale.min && value <= scale.max);
  },
  afterFit: (scale: Scale) => {
    scale.width = Math.max(scale.width, AXIS_PX);
  },
});

const tooltip = ({ theme, zone, unit, precision }: LineChartOptions) => ({
  ...tooltipLook(theme),
  displayColors: ({ chart }: ScriptableTooltipContext<'line'>) => chart.data.datasets.length > 1,
  // The edge of a band has no name of its own: the line within it speaks for it.
  filter: ({ dataset: { label } }: TooltipItem<'line'>) => label !== '',
  callbacks: {
    title: (items: TooltipItem<'line'>[]) => exactTime(items[0]?.parsed.x ?? NaN, zone),
    label: ({ parsed, dataset: { label }, chart, raw }: TooltipItem<'line'>) => {
      const value = `${formatNumber(parsed.y, precision)}${unit ? ` ${unit}` : ''}`;
      const named = chart.data.datasets.length > 1 ? ` ${label ?? ''}  ${value}` : value;
      const { note } = raw as Point;
      return note ? [named, ...note.split('\n')] : named;
    },
  },
});

export const tooltipLook = (theme: CanvasTheme) => ({
  backgroundColor: theme.ink,
  titleColor: theme.surface,
  bodyColor: theme.surface,
  titleFont: { family: theme.font, size: 11, weight: 'normal' as const },
  bodyFont: { family: theme.font, size: 13, weight: 'bold' as const },
  padding: 9,
  cornerRadius: 5,
  caretSize: 0,
  caretPadding: 10,
  boxWidth: 8,
  boxHeight: 8,
});

const zooming = ({ theme, onZoom }: LineChartOptions) => {
  const done = ({ chart }: { chart: Chart }): void => {
    const x = chart.scales['x'];
    if (x) onZoom(x.min, x.max);
  };
  return {
    zoom: {
      mode: 'x' as const,
      drag: { enabled: true, backgroundColor: `${theme.accent}29`, borderColor: theme.accent, borderWidth: 1, threshold: 6 },
      wheel: { enabled: true, modifierKey: 'ctrl' as const },
      onZoomComplete: done,
    },
    pan: { enabled: true, mode: 'x' as const, modifierKey: 'shift' as const, onPanComplete: done },
  };
};
