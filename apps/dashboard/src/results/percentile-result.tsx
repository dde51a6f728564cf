/** Percentiles window by window, as a line each; of one window, the rows say it all. */
import type { ResultSeriesView } from '#contracts';
import { useMemo, useRef } from 'react';
import type { LineSpec } from '../charts/chart-options.js';
import { useCanvasTheme } from '../charts/theme.js';
import { numbersOf } from './csv.js';
import { Figure } from './figure.js';
import { pictureOfCanvas } from './save-picture.js';
import { TimePlot, type TimeLines } from './time-plot.js';
import type { SeriesProps } from './time-results.js';
import { useUnit } from './use-readings.js';
import { counted } from '../ui/number-text.js';

export function PercentileResult({ analysis, operation, series, window }: SeriesProps) {
  const theme = useCanvasTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const unit = useUnit(series.deviceId, series.field);
  const measured = useMemo(() => byPercentile(series), [series]);
  const lines = useMemo(
    (): LineSpec[] =>
      Object.keys(measured.columns).map((part, at) => ({ part, label: part, color: theme.series[at % theme.series.length] ?? '' })),
    [measured, theme],
  );
  const [from, to] = [window?.from ?? measured.time[0] ?? 0, window?.to ?? measured.time.at(-1) ?? 1];
  if (measured.time.length < 2) return null;
  const title = `Percentiles of ${series.deviceId} ${series.field}`;
  return (
    <Figure
      title={title}
      about={unit && `in ${unit}`}
      keys={lines.map(({ color, label }) => ({ color, label }))}
      of={{ analysis, operation }}
      picture={() => (canvas.current ? pictureOfCanvas(canvas.current) : undefined)}
    >
      <TimePlot {...{ lines, measured, from, to, unit, canvas }} label={`${title}: ${counted(measured.time.length, 'window')}`} />
    </Figure>
  );
}

/** A column each: `95 %`. */
export function byPercentile(series: ResultSeriesView): TimeLines {
  const [percentiles, values] = [numbersOf(series, 'percentile'), numbersOf(series, 'value')];
  const time = [...new Set(series.time)];
  const placeOf = new Map(time.map((at, index) => [at, index]));
  const columns: Record<string, (number | null)[]> = {};
  series.time.forEach((at, row) => {
    const name = `${percentiles[row] ?? ''} %`;
    const column = (columns[name] ??= time.map(() => null));
    column[placeOf.get(at) ?? 0] = values[row] ?? null;
  });
  return { time, columns };
}
