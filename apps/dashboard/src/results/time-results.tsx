/** Results that have a time axis: smoothed and other lines, forecasts with their fan, marked anomalies, the parts of a decomposition. */
import type { AnalysisView, OperationView, ResultSeriesView } from '#contracts';
import { useMemo, useRef } from 'react';
import { liesOver, shapeOf } from '../analyses/shape.js';
import type { LineSpec } from '../charts/chart-options.js';
import { useCanvasTheme } from '../charts/theme.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { columnUnit, headUnit } from './column-unit.js';
import { numbersOf, columnOf } from './csv.js';
import { Figure } from './figure.js';
import { nearestIn, overlaysOf, stretchesOf, type Computed } from './overlays.js';
import { pictureOfCanvas, type PictureKey } from './save-picture.js';
import { TimePlot, type TimeLines } from './time-plot.js';
import { useMeasured, spanOf, useReadings, useUnit } from './use-readings.js';
import { StretchTable } from './stretch-table.js';
import { counted } from '../ui/number-text.js';

export interface SeriesProps {
  analysis: AnalysisView;
  operation: OperationView;
  series: ResultSeriesView;
  /** The time to show; all of it where nothing is said. */
  window?: { from: number; to: number };
}

/** Over the readings where it has their unit; else, and of its other columns, a picture each. */
export function TimeResult(props: SeriesProps) {
  const { operation, series } = props;
  const shape = shapeOf(operation);
  const columns = operation.columns.filter(({ kind, name }) => kind === 'number' && hasValues(series, name));
  if (shape === 'anomalies') {
    return (
      <>
        <OverReadings {...props} />
        <ColumnFigure {...props} column="score" label="Score" />
      </>
    );
  }
  if (liesOver(operation)) return <OverReadings {...props} />;
  return (
    <>
      {columns.map(({ name, label }) => (
        <ColumnFigure key={name} {...props} column={name} label={label} />
      ))}
    </>
  );
}

const hasValues = (series: ResultSeriesView, name: string): boolean => columnOf(series, name).some((value) => value !== null);

function OverReadings({ analysis, operation, series, window }: SeriesProps) {
  const theme = useCanvasTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { view } = useReadings(analysis, series.deviceId, [series.field]);
  const unit = useUnit(series.deviceId, series.field);
  const [base, over] = [theme.series[0] ?? '', theme.series[1] ?? ''];
  const lines = useMemo((): LineSpec[] => [{ part: series.field, label: series.field, color: base }], [series.field, base]);
  const { data, measured } = useMeasured(view, series.field);
  const computed = useMemo((): Computed[] => {
    if (!analysis.result) return [];
    return overlaysOf(operation, analysis.result, series, { theme, color: over, valueAt: nearestIn(data) });
  }, [analysis.result, operation, series, theme, over, data]);
  const { from, to } = window ?? wholeOf(analysis, series, operation);
  const isMarks = shapeOf(operation) === 'anomalies';
  const keys: PictureKey[] = [
    { color: base, label: 'Readings' },
    ...computed.filter(({ label }) => label).map(({ label }) => ({ color: isMarks ? theme.pen : over, label: label ?? '' })),
    ...(shapeOf(operation) === 'forecast'
      ? [
          { color: `${over}47`, label: '80 %' },
          { color: `${over}24`, label: '95 %' },
        ]
      : []),
  ];
  const title = `${operation.label} of ${series.deviceId} ${series.field}`;
  return (
    <Figure title={title} about={unit && `in ${unit}`} keys={keys} of={{ analysis, operation }} picture={() => drawn(canvas.current)}>
      <TimePlot {...{ lines, measured, computed, from, to, unit, canvas }} label={`${title}: ${counted(series.time.length, 'row')}`} />
      {isMarks && <StretchTable stretches={analysis.result ? stretchesOf(analysis.result, series) : []} />}
    </Figure>
  );
}

const drawn = (canvas: HTMLCanvasElement | null) => (canvas ? pictureOfCanvas(canvas) : undefined);

/** A forecast begins where the readings end: a few times its own length of them is enough to see what it goes on from. */
const BEFORE_FORECAST = 4;

export function wholeOf(analysis: AnalysisView, series: ResultSeriesView, operation: OperationView): { from: number; to: number } {
  const span = spanOf(analysis, series.deviceId);
  const [first, last] = [series.time[0] ?? span?.from ?? 0, series.time.at(-1) ?? span?.to ?? 1];
  // Of a row for each reading, the first and the last may be thinned away.
  if (operation.rows === 'each' && span) return { from: span.from, to: Math.max(span.to, span.from + 1) };
  if (shapeOf(operation) !== 'forecast') return { from: first, to: Math.max(last, first + 1) };
  const from = first - BEFORE_FORECAST * (last - first);
  return { from: Math.max(from, span?.from ?? from), to: last };
}

/** In degrees. */
const TURN = 360;

function ColumnFigure({ analysis, operation, series, window, column, label }: SeriesProps & { column: string; label: string }) {
  const theme = useCanvasTheme();
  const { zone } = useZone();
  const canvas = useRef<HTMLCanvasElement>(null);
  const ofField = useUnit(series.deviceId, series.field);
  const unit = columnUnit(column, ofField, operation, analysis);
  const told = headUnit(column, ofField, operation, analysis);
  const color =
    theme.series[
      Math.max(
        0,
        operation.columns.findIndex(({ name }) => name === column),
      ) % theme.series.length
    ] ?? '';
  const lines = useMemo((): LineSpec[] => [{ part: column, label, color }], [column, label, color]);
  const measured = useMemo((): TimeLines => ({ time: series.time, columns: { [column]: numbersOf(series, column) } }), [series, column]);
  const floor = useMemo(() => (numbersOf(series, column).some((value) => value < 0) ? undefined : 0), [series, column]);
  const turn = column === 'heading' ? TURN : undefined;
  const { from, to } = window ?? wholeOf(analysis, series, operation);
  const title = `${label} of ${series.deviceId} ${series.field}`;
  return (
    <Figure
      title={title}
      about={`${told && `in ${told}, `}${exactTime(from, zone)} – ${exactTime(to, zone)}`}
      of={{ analysis, operation }}
      picture={() => drawn(canvas.current)}
    >
      <TimePlot
        {...{ lines, measured, from, to, canvas, floor, turn, unit }}
        label={`${title}: ${counted(series.time.length, 'row')}`}
        low
      />
    </Figure>
  );
}
