/** How histograms, cross-correlations and spectra are drawn. */
import type { ResultSeriesView } from '#contracts';
import type { Chart, ChartDataset, Plugin } from 'chart.js';
import { periodText } from '../analyses/words.js';
import type { Point } from '../charts/points.js';
import type { CanvasTheme } from '../charts/theme.js';
import { counted, formatNumber, tickText } from '../ui/number-text.js';
import { numbersOf } from './csv.js';
import { lagMarks, periodMarks } from './period-marks.js';
import type { XySpec } from './xy-plot.js';

type Dataset = ChartDataset<'bar' | 'line', Point[]>;

export function histogramSpec(series: ResultSeriesView, unit: string, { series: colors }: CanvasTheme): XySpec {
  const [lower, upper, count, share] = ['lower', 'upper', 'count', 'share'].map((name) => numbersOf(series, name)) as [
    number[],
    number[],
    number[],
    number[],
  ];
  const data = lower.map((from, at) => ({
    x: (from + (upper[at] ?? from)) / 2,
    y: count[at] ?? 0,
    note: `${formatNumber(from)} to ${formatNumber(upper[at])} ${unit}\n${formatNumber((share[at] ?? 0) * 100, 1)} % of the readings`,
  }));
  const bars: Dataset = { type: 'bar', data, backgroundColor: colors[0], barPercentage: 0.96, categoryPercentage: 1, barThickness: 'flex' };
  return {
    datasets: [bars],
    x: { title: unit ? `${series.field} (${unit})` : series.field, min: Math.min(...lower), max: Math.max(...upper), text: tickText },
    y: { title: 'Readings', min: 0, text: tickText },
    say: ({ y, note }) => [counted(y, 'reading'), ...(note ?? '').split('\n')],
  };
}

export function stemsSpec(series: ResultSeriesView, theme: CanvasTheme): XySpec {
  const [lag, correlation, bound] = ['lag', 'correlation', 'bound'].map((name) => numbersOf(series, name)) as [
    number[],
    number[],
    number[],
  ];
  const data = lag.flatMap((x, at) => (Number.isNaN(correlation[at] ?? NaN) ? [] : [{ x, y: correlation[at] ?? 0 }]));
  const [first, last] = [lag[0] ?? 0, lag.at(-1) ?? 1];
  const level = bound[0] ?? NaN;
  const line = (y: number): Dataset => ({
    type: 'line',
    data: [
      { x: first, y },
      { x: last, y },
    ],
    borderColor: theme.warn,
    borderDash: [6, 4],
    borderWidth: 1.4,
    pointRadius: 0,
    pointHoverRadius: 0,
  });
  const stems: Dataset = { type: 'bar', data, backgroundColor: theme.series[4], barThickness: lag.length > 160 ? 1.5 : 3 };
  const most = limitOf([level, ...data.map(({ y }) => Math.abs(y))]);
  return {
    datasets: [stems, ...(Number.isNaN(level) ? [] : [line(level), line(-level)])],
    x: { title: 'Lag', marks: lagMarks, min: first, max: last, text: (value) => (value === 0 ? '0' : periodText(value)) },
    y: { title: 'Correlation', min: -most, max: most, marks: halves, text: (value) => formatNumber(value, 2) },
    say: ({ x, y }) => [`${formatNumber(y, 3)} at a lag of ${x === 0 ? 'nothing' : periodText(x)}`],
  };
}

/** The next tenth above all of them, with some room. */
export const limitOf = (sizes: readonly number[]): number =>
  Math.min(1, Math.ceil(Math.max(0.1, ...sizes.filter((size) => !Number.isNaN(size))) * 10.4) / 10);

const halves = (from: number, to: number): number[] => [0, 0.25, 0.5, 0.75, 1].map((share) => from + share * (to - from));

export interface Peak {
  frequency: number;
  period: number;
  power: number;
  share: number;
}

export function spectrumSpec(series: ResultSeriesView, peaks: readonly Peak[], theme: CanvasTheme): XySpec {
  const power = numbersOf(series, 'power');
  // A logarithm has neither nothing nor no frequency.
  const data = numbersOf(series, 'frequency').flatMap((x, at) => (x > 0 && (power[at] ?? 0) > 0 ? [{ x, y: power[at] ?? 0 }] : []));
  const color = theme.series[0] ?? '';
  const curve: Dataset = { type: 'line', data, borderColor: color, backgroundColor: color, borderWidth: 1.6, pointRadius: 0 };
  return {
    datasets: [curve],
    x: { title: 'Period', log: true, min: data[0]?.x, max: data.at(-1)?.x, marks: periodMarks, text: (value) => periodText(1 / value) },
    y: { title: 'Power', log: true, text: (value) => (isPowerOfTen(value) ? formatNumber(value) : '') },
    say: ({ x, y }) => [`Period ${periodText(1 / x)}`, `Frequency ${formatNumber(x)} Hz`, `Power ${formatNumber(y)}`],
    plugin: peakLabels(peaks, theme),
  };
}

const isPowerOfTen = (value: number): boolean => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;

/** Labels that would cover one another are left out, the strongest peak first; all are in the list above. */
const peakLabels = (peaks: readonly Peak[], theme: CanvasTheme): Plugin => ({
  id: 'peaks',
  afterDatasetsDraw: (chart: Chart) => {
    const { ctx, scales } = chart;
    const taken: [number, number][] = [];
    ctx.save();
    ctx.font = `600 11px ${theme.font}`;
    ctx.textAlign = 'center';
    for (const { frequency, period, power } of peaks) {
      const [x, y] = [scales['x']?.getPixelForValue(frequency) ?? NaN, scales['y']?.getPixelForValue(power) ?? NaN];
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      ctx.fillStyle = theme.pen;
      ctx.beginPath();
      ctx.arc(x, y, 3.5, 0, Math.PI * 2);
      ctx.fill();
      const half = ctx.measureText(periodText(period)).width / 2 + 4;
      if (taken.some(([from, to]) => x + half > from && x - half < to)) continue;
      taken.push([x - half, x + half]);
      ctx.fillStyle = theme.ink;
      ctx.fillText(periodText(period), Math.max(chart.chartArea.left + half, Math.min(x, chart.chartArea.right - half)), y - 9);
    }
    ctx.restore();
  },
});
