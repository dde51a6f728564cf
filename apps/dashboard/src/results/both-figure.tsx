/** Two results over the readings of the same field, in one picture. */
import type { AnalysisView, OperationView, ResultSeriesView } from '#contracts';
import { useMemo, useRef } from 'react';
import { liesOver, shapeOf } from '../analyses/shape.js';
import type { LineSpec } from '../charts/chart-options.js';
import { useCanvasTheme } from '../charts/theme.js';
import { Figure } from './figure.js';
import { nearestIn, overlaysOf, type Computed } from './overlays.js';
import { pictureOfCanvas } from './save-picture.js';
import { TimePlot } from './time-plot.js';
import { wholeOf } from './time-results.js';
import { useMeasured, useReadings, useUnit } from './use-readings.js';
import { counted, countText } from '../ui/number-text.js';

export interface Compared {
  letter: string;
  analysis: AnalysisView;
  operation: OperationView;
}

/** Nothing where they have no field in common, or cannot lie over its readings. */
export function BothFigure({ a, b }: { a: Compared; b: Compared }) {
  const shared = useMemo(() => sharedSeries(a, b), [a, b]);
  return shared && <Both a={a} b={b} ofA={shared[0]} ofB={shared[1]} />;
}

function sharedSeries(a: Compared, b: Compared): [ResultSeriesView, ResultSeriesView] | undefined {
  if (!liesOver(a.operation) || !liesOver(b.operation)) return undefined;
  for (const ofA of a.analysis.result?.series ?? []) {
    const ofB = b.analysis.result?.series.find(({ deviceId, field }) => deviceId === ofA.deviceId && field === ofA.field);
    if (ofB) return [ofA, ofB];
  }
  return undefined;
}

interface BothProps {
  a: Compared;
  b: Compared;
  ofA: ResultSeriesView;
  ofB: ResultSeriesView;
}

function Both({ a, b, ofA, ofB }: BothProps) {
  const theme = useCanvasTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { deviceId, field } = ofA;
  const { view } = useReadings(a.analysis, deviceId, [field]);
  const unit = useUnit(deviceId, field);
  const [base, colorA, colorB] = [theme.series[0] ?? '', theme.series[1] ?? '', theme.series[2] ?? ''];
  const lines = useMemo((): LineSpec[] => [{ part: field, label: field, color: base }], [field, base]);
  const { data, measured } = useMeasured(view, field);
  const computed = useMemo((): Computed[] => {
    const valueAt = nearestIn(data);
    return [...lettered(a, ofA, { theme, color: colorA, valueAt }), ...lettered(b, ofB, { theme, color: colorB, valueAt })];
  }, [a, b, ofA, ofB, theme, colorA, colorB, data]);
  const [spanA, spanB] = [wholeOf(a.analysis, ofA, a.operation), wholeOf(b.analysis, ofB, b.operation)];
  const keys = [
    { color: base, label: 'Readings' },
    { color: colorA, label: `A: ${a.operation.label}` },
    { color: colorB, label: `B: ${b.operation.label}` },
  ];
  const title = `A and B over ${deviceId} ${field}`;
  return (
    <Figure
      title={title}
      about={unit && `in ${unit}`}
      keys={keys}
      picture={() => (canvas.current ? pictureOfCanvas(canvas.current) : undefined)}
    >
      <TimePlot
        {...{ lines, measured, computed, unit, canvas }}
        from={Math.min(spanA.from, spanB.from)}
        to={Math.max(spanA.to, spanB.to)}
        label={`${title}: ${countText(ofA.time.length)} and ${counted(ofB.time.length, 'row')}`}
      />
    </Figure>
  );
}

function lettered(
  { letter, analysis, operation }: Compared,
  series: ResultSeriesView,
  options: Parameters<typeof overlaysOf>[3],
): Computed[] {
  if (!analysis.result) return [];
  const drawn = overlaysOf(operation, analysis.result, series, options);
  // Two fans over one another are told apart by their narrow bands.
  return (shapeOf(operation) === 'forecast' ? drawn.slice(2) : drawn).map((one) => ({
    ...one,
    label: one.label && `${letter} ${one.label}`,
    ...(one.pointStyle && { borderColor: options.color, backgroundColor: `${options.color}55` }),
  }));
}
