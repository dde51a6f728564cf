/** A Chart.js line chart that is fed columns and follows a moving window. Knows no React. */
import { Chart, Filler, LinearScale, LineController, LineElement, PointElement, Tooltip, type ChartDataset } from 'chart.js';
import zoomPlugin from 'chartjs-plugin-zoom';
import { configuration, type LineChartOptions } from './chart-options.js';
import { watchCursor } from './cursor.js';
import { NO_MARKS, type Marks } from './marks.js';
import { areEvents } from './rhythm.js';
import { dropBefore, insertPoints, keepNewer, pauseOf, thin, toPoints, type Point } from './points.js';

Chart.register(Filler, LinearScale, LineController, LineElement, PointElement, Tooltip, zoomPlugin);

export type NumberColumns = Record<string, readonly (number | string | boolean | null)[] | undefined>;

/** More points than this are not told apart on any screen; live data beyond it is thinned, spikes kept. */
const POINTS_MAX = 4_000;
/** So few readings are shown as dots too: what was measured is told from what is drawn between. */
const SPARSE = 60;

/** While there are so few, each that comes can tell what they are. */
const TELLING = 200;

/** Half as strong: what lies over it is seen first. */
const COVERED = '80';

export interface Shown {
  live: boolean;
  events?: boolean;
}

type Own = 'pauseMs' | 'marks' | 'drawn';

export class LineChart {
  /** Called after each drawing, for what lies over the chart. */
  drawn: (() => void) | undefined;
  private readonly chart: Chart<'line', Point[]>;
  private readonly stopWatching: () => void;
  private pauseMs = Infinity;
  private events = false;
  private marks = NO_MARKS;

  constructor(
    canvas: HTMLCanvasElement,
    private readonly options: Omit<LineChartOptions, Own>,
  ) {
    const own = { pauseMs: () => this.pauseMs, marks: () => this.marks, drawn: () => this.drawn?.() };
    this.chart = new Chart(canvas, configuration({ ...options, ...own }));
    this.stopWatching = watchCursor(() => this.chart.draw());
  }

  /** Shows an answer; while live, newer points that came meanwhile stay. `events`: each reading is one by itself. */
  show(time: number[], columns: NumberColumns, { live, events = false }: Shown): void {
    this.events = events;
    this.options.lines.forEach((line, at) => {
      const fresh = toPoints(time, columns[line.part] ?? []);
      this.replace(at, live ? keepNewer(fresh, this.pointsOf(at)) : fresh);
    });
    this.pauseMs = Math.min(...this.options.lines.map((_, at) => pauseOf(this.pointsOf(at))));
  }

  /** Takes live columns in; the next `follow` draws them. */
  take(time: number[], columns: NumberColumns): void {
    this.options.lines.forEach((line, at) => {
      const column = columns[line.part];
      if (!column) return;
      const points = this.pointsOf(at);
      insertPoints(points, time, column);
      if (points.length > POINTS_MAX) this.replace(at, thin(points, POINTS_MAX / 2));
      if (points.length <= TELLING) this.events = areEvents(points.map(({ x }) => x));
    });
  }

  /** Draws what was computed from the lines with them. */
  overlay(computed: ChartDataset<'line', Point[]>[]): void {
    this.chart.data.datasets.splice(this.options.lines.length, Infinity, ...computed);
    const isCovered = computed.some((line) => this.isOver(line));
    this.measured().forEach((dataset, at) => {
      dataset.borderColor = `${this.options.lines[at]?.color ?? ''}${isCovered ? COVERED : ''}`;
    });
    this.chart.update('none');
  }

  /** Shades stretches and draws bounds; these lie within the axis, except while it is held. */
  mark(marks: Marks, hold = false): void {
    this.marks = marks;
    if (!hold) this.include(marks.bounds.map(({ value }) => value));
    this.chart.draw();
  }

  /** The axis of values and where it lies, in CSS pixels from the top of the canvas. */
  valueAxis(): { min: number; max: number; top: number; bottom: number; left: number; right: number } | undefined {
    const y = this.chart.scales['y'];
    const { chartArea } = this.chart;
    return (
      y &&
      chartArea && { min: y.min, max: y.max, top: chartArea.top, bottom: chartArea.bottom, left: chartArea.left, right: chartArea.right }
    );
  }

  /** The points of a line, in order of time. */
  points(part: string): readonly Point[] {
    return this.pointsOf(this.options.lines.findIndex((line) => line.part === part));
  }

  get canvas(): HTMLCanvasElement {
    return this.chart.canvas;
  }

  /** Moves the window and draws. */
  follow(from: number, to: number, forget: boolean): void {
    const x = this.chart.options.scales?.['x'];
    if (!x) return;
    x.min = from;
    x.max = to;
    if (forget) this.options.lines.forEach((_, at) => dropBefore(this.pointsOf(at), from));
    // In the mode `none`, Chart.js goes on drawing points as they were first.
    this.chart.update(this.dress() ? undefined : 'none');
    this.chart.canvas.dataset['newest'] = String(Math.max(...this.options.lines.map((_, at) => this.pointsOf(at).at(-1)?.x ?? 0)));
  }

  /** Nothing to see in the window; a point left of it only leads the line in. */
  isEmpty(): boolean {
    const from = Number(this.chart.options.scales?.['x']?.min ?? -Infinity);
    return this.measured().every((dataset) => (dataset.data.at(-1)?.x ?? -Infinity) < from);
  }

  destroy(): void {
    this.stopWatching();
    this.chart.destroy();
  }

  /** Lines, dots or both. True where that has changed. */
  private dress(): boolean {
    let changed = false;
    for (const dataset of this.measured()) {
      const showLine = !this.events;
      const pointRadius = this.events || dataset.data.length <= SPARSE ? 2 : 0;
      changed ||= dataset.showLine !== showLine || dataset.pointRadius !== pointRadius;
      Object.assign(dataset, { showLine, pointRadius });
    }
    return changed;
  }

  /** Over the readings, not after them or as marks. */
  private isOver({ order = 0, showLine, data }: ChartDataset<'line', Point[]>): boolean {
    const newest = Math.max(...this.options.lines.map((_, at) => this.pointsOf(at).at(-1)?.x ?? -Infinity));
    return order < 0 && showLine !== false && (data[0]?.x ?? Infinity) < newest;
  }

  private include(values: readonly number[]): void {
    const y = this.chart.options.scales?.['y'];
    if (!y || y.type !== 'linear') return;
    const [low, high] = values.length > 0 ? [Math.min(...values), Math.max(...values)] : [undefined, undefined];
    if (y.suggestedMin === low && y.suggestedMax === high) return;
    [y.suggestedMin, y.suggestedMax] = [low, high];
    this.chart.update('none');
  }

  private measured(): ChartDataset<'line', Point[]>[] {
    return this.chart.data.datasets.slice(0, this.options.lines.length);
  }

  private pointsOf(at: number): Point[] {
    return this.chart.data.datasets[at]?.data ?? [];
  }

  private replace(at: number, points: Point[]): void {
    const dataset = this.chart.data.datasets[at];
    if (dataset) dataset.data = points;
  }
}
