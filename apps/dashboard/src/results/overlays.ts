/** What was computed, as what a line chart draws over the readings: smoothed lines, fans of a forecast, marked anomalies. */
import type { AnalysisResult, Json, OperationView, ResultSeriesView } from '#contracts';
import type { ChartDataset } from 'chart.js';
import { shapeOf } from '../analyses/shape.js';
import type { Point } from '../charts/points.js';
import { toPoints } from '../charts/points.js';
import type { CanvasTheme } from '../charts/theme.js';
import { formatNumber } from '../ui/number-text.js';
import { columnOf, numbersOf } from './csv.js';

export type Computed = ChartDataset<'line', Point[]>;

export interface OverlayOptions {
  theme: CanvasTheme;
  color: string;
  /** Where the reading stands at a time, for marks of a result that has no values itself. */
  valueAt: (time: number) => number | undefined;
}

/** Datasets of one series of a result. */
export function overlaysOf(
  operation: OperationView,
  result: AnalysisResult,
  series: ResultSeriesView,
  options: OverlayOptions,
): Computed[] {
  switch (shapeOf(operation)) {
    case 'forecast':
      return fan(series, options);
    case 'anomalies':
      return [anomalyMarks(stretchesOf(result, series), options)];
    default: {
      const column = operation.columns.find(({ kind }) => kind === 'number')?.name ?? 'value';
      return [lineOf(operation.label, points(series, column), options.color)];
    }
  }
}

/** Chart.js draws the first dataset on top, where none says more: what is computed lies over what is measured. */
const OVER = -1;

export const points = (series: ResultSeriesView, column: string): Point[] => toPoints(series.time, numbersOf(series, column));

export const lineOf = (label: string, data: Point[], color: string): Computed => ({
  label,
  data,
  borderColor: color,
  backgroundColor: color,
  borderWidth: 2.2,
  pointRadius: 0,
  pointHoverRadius: 4,
  spanGaps: true,
  order: OVER,
});

/** The wide band lies under the narrow one, the mean over both. */
function fan(series: ResultSeriesView, { color }: OverlayOptions): Computed[] {
  const band = (share: '80' | '95', alpha: string): Computed[] => [
    edge(points(series, `lower${share}`)),
    { ...edge(points(series, `upper${share}`)), fill: '-1', backgroundColor: `${color}${alpha}` },
  ];
  const bounds = (['80', '95'] as const).map((share) => ({
    share,
    lower: numbersOf(series, `lower${share}`),
    upper: numbersOf(series, `upper${share}`),
  }));
  const mean = numbersOf(series, 'mean').map((y, at) => ({
    x: series.time[at] ?? NaN,
    y,
    note: bounds.map(({ share, lower, upper }) => ` ${share} %: ${formatNumber(lower[at], 2)} to ${formatNumber(upper[at], 2)}`).join('\n'),
  }));
  return [...band('95', '24'), ...band('80', '47'), { ...lineOf('Forecast', mean, color), borderDash: [5, 3] }];
}

const edge = (data: Point[]): Computed => ({ label: '', data, borderWidth: 0, pointRadius: 0, pointHoverRadius: 0 });

export interface Stretch {
  from: number;
  to: number;
  readings: number;
  score: number;
  detector: string;
  why: string;
}

/** The anomalous stretches of this series, as the summary tells them. */
export function stretchesOf({ summary }: Pick<AnalysisResult, 'summary'>, { deviceId, field }: ResultSeriesView): Stretch[] {
  const all = Array.isArray(summary['series']) ? summary['series'] : [];
  const own = all.find((one) => isObject(one) && one['deviceId'] === deviceId && one['field'] === field);
  return own && isObject(own) && Array.isArray(own['stretches']) ? (own['stretches'] as unknown as Stretch[]) : [];
}

export const isObject = (value: Json | undefined): value is { [member: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const WRAP = 56;

function anomalyMarks(stretches: readonly Stretch[], { theme, valueAt }: OverlayOptions): Computed {
  const data = stretches.flatMap(({ from, to, score, why, detector }): Point[] => {
    const [start, end] = [valueAt(from), valueAt(to)];
    const note = wrapped(`Score ${formatNumber(score, 2)}, ${detector}: ${why}`)
      .map((line) => ` ${line}`)
      .join('\n');
    const ends =
      from === to
        ? [{ x: from, y: start }]
        : [
            { x: from, y: start },
            { x: to, y: end },
          ];
    return ends.flatMap(({ x, y }) => (y === undefined ? [] : [{ x, y, note }]));
  });
  return {
    label: 'Anomaly',
    data,
    order: OVER - 1,
    showLine: false,
    borderColor: theme.pen,
    backgroundColor: `${theme.pen}55`,
    borderWidth: 2,
    pointRadius: 6,
    pointHoverRadius: 8,
    pointBorderWidth: 2,
    pointStyle: 'triangle',
  };
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WRAP) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The value of the point nearest in time; nothing where there are no points. */
export function nearestIn(data: readonly Point[]): (time: number) => number | undefined {
  return (time) => {
    let [low, high] = [0, data.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((data[middle]?.x ?? 0) <= time) low = middle;
      else high = middle;
    }
    const [a, b] = [data[low], data[high]];
    if (!a || !b) return undefined;
    return Math.abs(a.x - time) <= Math.abs(b.x - time) ? a.y : b.y;
  };
}

/** Times of the anomalies, for those who read rather than look. */
export const flaggedTimes = (series: ResultSeriesView): number[] => series.time.filter((_, at) => columnOf(series, 'anomaly')[at] === true);
