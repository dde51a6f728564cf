/** A Chart.js line chart that is fed columns and follows a moving window. Knows no React. */
import 'chartjs-adapter-luxon';
import { Chart, type ChartConfiguration, type ChartDataset, Decimation, Legend, LinearScale, LineController, LineElement, PointElement, TimeScale, Tooltip } from 'chart.js';
import zoomPlugin from 'chartjs-plugin-zoom';
import { exactTime } from '../time/format.js';
import { formatNumber } from '../schema/values.js';
import { watchCursor } from './cursor.js';
import { overlays } from './plugins.js';
import { dropBefore, insertPoints, keepNewer, thin, toPoints, type Point } from './points.js';
import type { CanvasTheme } from './theme.js';

Chart.register(Decimation, Legend, LinearScale, LineController, LineElement, PointElement, TimeScale, Tooltip, zoomPlugin);

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
  limits: number[];
  live: () => boolean;
  onZoom: (from: number, to: number) => void;
}

/** More points than this are not told apart on any screen; live data beyond it is thinned, spikes kept. */
const POINTS_MAX = 4_000;
const SPARSE = 60;

export class LineChart {
  private readonly chart: Chart<'line', Point[]>;
  private readonly stopWatching: () => void;

  constructor(canvas: HTMLCanvasElement, private readonly options: LineChartOptions) {
    this.chart = new Chart(canvas, configuration(options));
    this.stopWatching = watchCursor(() => this.chart.draw());
  }

  /** Shows an answer; while live, newer points that came meanwhile stay. */
  show(time: number[], columns: Record<string, readonly (number | string | null)[] | undefined>, live: boolean): void {
    this.options.lines.forEach((line, at) => {
      const fresh = toPoints(time, columns[line.part] ?? []).filter((point, place, all) => isWorthKeeping(point, place, all));
      this.replace(at, live ? keepNewer(fresh, this.pointsOf(at)) : fresh);
    });
  }

  /** Takes live columns in; the next `follow` draws them. */
  take(time: number[], columns: Record<string, readonly (number | string | boolean | null)[] | undefined>): void {
    this.options.lines.forEach((line, at) => {
      const column = columns[line.part];
      if (!column) return;
      const points = this.pointsOf(at);
      insertPoints(points, time, column);
      if (points.length > POINTS_MAX) this.replace(at, thin(points, POINTS_MAX / 2));
    });
  }

  /** Moves the window and draws. */
  follow(from: number, to: number, forget: boolean): void {
    const x = this.chart.options.scales?.['x'];
    if (!x) return;
    x.min = from;
    x.max = to;
    this.chart.data.datasets.forEach((dataset, at) => {
      if (forget) dropBefore(this.pointsOf(at), from);
      const radius = dataset.data.length <= SPARSE ? 2 : 0;
      if (dataset.pointRadius !== radius) dataset.pointRadius = radius;
    });
    this.chart.update('none');
  }

  isEmpty(): boolean {
    return this.chart.data.datasets.every((dataset) => dataset.data.length === 0);
  }

  destroy(): void {
    this.stopWatching();
    this.chart.destroy();
  }

  private pointsOf(at: number): Point[] {
    return this.chart.data.datasets[at]?.data ?? [];
  }

  private replace(at: number, points: Point[]): void {
    const dataset = this.chart.data.datasets[at];
    if (dataset) dataset.data = points;
  }
}

/** Of a run of gaps one is enough. */
const isWorthKeeping = (point: Point, at: number, all: Point[]): boolean => !Number.isNaN(point.y) || !Number.isNaN(all[at - 1]?.y ?? NaN);

function configuration(options: LineChartOptions): ChartConfiguration<'line', Point[]> {
  const { theme, zone, lines } = options;
  return {
    type: 'line',
    data: { datasets: lines.map(dataset) },
    plugins: [overlays(options)],
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { top: 8, right: 8, bottom: 0, left: 0 } },
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: { x: timeScale(theme, zone), y: valueScale(options) },
      plugins: { legend: { display: false }, tooltip: tooltip(options), zoom: zooming(options) },
    },
  };
}

const dataset = ({ label, color }: LineSpec): ChartDataset<'line', Point[]> => ({
  label,
  data: [],
  borderColor: color,
  backgroundColor: color,
  borderWidth: 1.6,
  borderJoinStyle: 'round',
  pointRadius: 0,
  pointHoverRadius: 4,
  pointBorderWidth: 0,
  spanGaps: false,
});

const timeScale = (theme: CanvasTheme, zone: string) => ({
  type: 'time' as const,
  adapters: { date: { zone, locale: 'en-GB' } },
  time: {
    displayFormats: {
      millisecond: 'HH:mm:ss.SSS', second: 'HH:mm:ss', minute: 'HH:mm', hour: 'HH:mm', day: 'd LLL', week: 'd LLL', month: 'LLL yyyy', quarter: 'LLL yyyy', year: 'yyyy',
    },
  },
  grid: { color: theme.grid, tickColor: theme.line, tickLength: 5 },
  border: { color: theme.line },
  ticks: { color: theme.ink3, font: { family: theme.font, size: 11 }, maxRotation: 0, autoSkipPadding: 22, major: { enabled: false } },
});

const valueScale = ({ theme }: LineChartOptions) => ({
  type: 'linear' as const,
  grace: '6%',
  grid: { color: theme.grid, drawTicks: false },
  border: { display: false },
  ticks: {
    color: theme.ink3,
    font: { family: theme.font, size: 11 },
    padding: 8,
    maxTicksLimit: 6,
    callback: (value: string | number) => formatNumber(Number(value)),
  },
  // All charts of a column begin at the same place, so that their times stand below one another.
  afterFit: (scale: { width: number }) => {
    scale.width = Math.max(scale.width, 58);
  },
});

const tooltip = ({ theme, zone, unit, precision, lines }: LineChartOptions) => ({
  backgroundColor: theme.ink,
  titleColor: theme.surface,
  bodyColor: theme.surface,
  titleFont: { family: theme.font, size: 11, weight: 'normal' as const },
  bodyFont: { family: theme.font, size: 13, weight: 'bold' as const },
  padding: 9,
  cornerRadius: 5,
  caretSize: 0,
  caretPadding: 10,
  displayColors: lines.length > 1,
  boxWidth: 8,
  boxHeight: 8,
  callbacks: {
    title: (items: { parsed: { x: number | null } }[]) => exactTime(items[0]?.parsed.x ?? NaN, zone),
    label: (item: { parsed: { y: number | null }; dataset: { label?: string } }) => {
      const value = `${formatNumber(item.parsed.y, precision)}${unit ? ` ${unit}` : ''}`;
      return lines.length > 1 ? ` ${item.dataset.label ?? ''}  ${value}` : value;
    },
  },
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
