/** Pictures without a time axis: bars, stems and curves over a number. */
import {
  BarController,
  BarElement,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
} from 'chart.js';
import type { ChartConfiguration, ChartDataset, Plugin, Scale, TooltipItem } from 'chart.js';
import { useEffect, type RefObject } from 'react';
import { stepOf, tooltipLook } from '../charts/chart-options.js';
import { useCanvasTheme, type CanvasTheme } from '../charts/theme.js';
import type { Point } from '../charts/points.js';
import css from './results.module.css';

Chart.register(BarController, BarElement, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip);

export interface Axis {
  title: string;
  log?: boolean;
  min?: number;
  max?: number;
  text: (value: number, step: number) => string;
  /** Where it is marked; found by itself where nothing is said. */
  marks?: (from: number, to: number, count: number) => number[];
}

export interface XySpec {
  datasets: ChartDataset<'bar' | 'line', Point[]>[];
  x: Axis;
  y: Axis;
  /** What is said of a point, line by line. */
  say: (point: Point) => string[];
  plugin?: Plugin;
}

export function XyPlot({ spec, label, canvas }: { spec: XySpec; label: string; canvas: RefObject<HTMLCanvasElement | null> }) {
  const theme = useCanvasTheme();
  useEffect(() => {
    if (!canvas.current) return;
    const chart = new Chart<'bar' | 'line', Point[]>(canvas.current, configuration(spec, theme));
    return () => chart.destroy();
  }, [canvas, spec, theme]);
  return (
    <div className={css.plot}>
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}

const configuration = ({ datasets, x, y, say, plugin }: XySpec, theme: CanvasTheme): ChartConfiguration<'bar' | 'line', Point[]> => ({
  type: 'bar',
  data: { datasets },
  plugins: plugin ? [plugin as Plugin<'bar' | 'line'>] : [],
  options: {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    layout: { padding: { top: 18, right: 14, bottom: 0, left: 2 } },
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    scales: { x: scaleOf(x, theme), y: scaleOf(y, theme) },
    plugins: {
      legend: { display: false },
      tooltip: {
        ...tooltipLook(theme),
        displayColors: false,
        filter: ({ datasetIndex }: TooltipItem<'bar' | 'line'>) => datasetIndex === 0,
        callbacks: { title: () => '', label: ({ raw }: TooltipItem<'bar' | 'line'>) => say(raw as Point) },
      },
    },
  },
});

/** Narrower, and two marks would touch. */
const MARK_PX = 70;

const scaleOf = ({ title, log, min, max, text, marks }: Axis, theme: CanvasTheme) => ({
  type: log ? ('logarithmic' as const) : ('linear' as const),
  min,
  max,
  offset: false,
  grid: { color: theme.grid, offset: false },
  border: { color: theme.line },
  afterBuildTicks: (scale: Scale) => {
    if (marks) scale.ticks = marks(scale.min, scale.max, Math.max(2, scale.width / MARK_PX)).map((value) => ({ value }));
  },
  title: { display: true, text: title, color: theme.ink3, font: { family: theme.font, size: 11 } },
  ticks: {
    color: theme.ink3,
    font: { family: theme.font, size: 11 },
    maxRotation: 0,
    autoSkipPadding: 14,
    maxTicksLimit: marks ? 40 : 9,
    callback: (value: string | number, _: number, all: { value: number }[]) => text(Number(value), stepOf(all)),
  },
});
