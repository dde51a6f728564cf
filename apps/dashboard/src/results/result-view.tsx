/** A result in the pictures that fit its shape. */
import type { AnalysisView, OperationView } from '#contracts';
import { shapeOf, type Shape } from '../analyses/shape.js';
import { latePart } from '../parts/late-part.js';
import { counted } from '../ui/number-text.js';
import { emptyText } from './empty-text.js';
import { LearnedNotes } from './learned-notes.js';
import { MatrixResult } from './matrix-result.js';
import { HistogramResult, SpectrumResult, StemsResult } from './number-results.js';
import { stretchesOf } from './overlays.js';
import { PercentileResult } from './percentile-result.js';
import { RowsFigure } from './rows-table.js';
import { StretchTable } from './stretch-table.js';
import { TimeResult, type SeriesProps } from './time-results.js';
import css from './results.module.css';

const PlacesResult = latePart(() => import('./places-result.js'));

/** Results over very many fields begin with these; the CSV has all. */
const SERIES_SHOWN = 24;

/** These bring a table of their own, which is easier to read. */
const HAS_TABLE: readonly Shape[] = ['matrix', 'places'];

export interface ResultViewProps {
  analysis: AnalysisView;
  operation: OperationView;
  window?: { from: number; to: number };
  /** Beside a chart there is no room for the rows. */
  compact?: boolean;
  /** It is drawn over the chart beside already: what is left to say is said. */
  beside?: boolean;
}

export function ResultView(props: ResultViewProps) {
  const { analysis, operation, compact, beside } = props;
  const result = analysis.result;
  if (!result) return null;
  const isEmpty = result.series.every(({ time }) => time.length === 0);
  const shape = shapeOf(operation);
  if (isEmpty && shape !== 'matrix') return <Empty {...props} />;
  if (beside && shape === 'anomalies') return <StretchesOf analysis={analysis} window={props.window} />;
  const left = result.series.length - SERIES_SHOWN;
  return (
    <div className={css.results}>
      <LearnedNotes result={result} />
      {result.reduced && (
        <p className={css.hint}>
          {counted(result.reduced.of, 'row')}, thinned for the screen; the highest and the lowest stay. The CSV has all.
        </p>
      )}
      {shape === 'matrix' && <MatrixResult analysis={analysis} operation={operation} />}
      {shape === 'places' && <PlacesResult analysis={analysis} operation={operation} />}
      {shape !== 'matrix' &&
        shape !== 'places' &&
        result.series
          .slice(0, SERIES_SHOWN)
          .map((series) => <OfSeries key={`${series.deviceId} ${series.field}`} {...props} series={series} />)}
      {left > 0 && <p className={css.hint}>and {counted(left, 'more field')} in the CSV</p>}
      {!compact && !HAS_TABLE.includes(shape) && <RowsFigure analysis={analysis} operation={operation} />}
    </div>
  );
}

/** Where it went is seen also where nothing came of it. */
function Empty({ analysis, operation }: ResultViewProps) {
  const wasRead = analysis.lineage.inputs.some(({ readings = 0 }) => readings > 0);
  return (
    <div className={css.results}>
      <p className={css.hint}>{emptyText(analysis, operation)}</p>
      {wasRead && shapeOf(operation) === 'places' && <PlacesResult analysis={analysis} operation={operation} />}
    </div>
  );
}

function StretchesOf({ analysis: { result }, window }: Pick<ResultViewProps, 'analysis' | 'window'>) {
  const { from = -Infinity, to = Infinity } = window ?? {};
  return result?.series.map((series) => (
    <StretchTable
      key={`${series.deviceId} ${series.field}`}
      stretches={stretchesOf(result, series).filter((stretch) => stretch.to >= from && stretch.from <= to)}
    />
  ));
}

function OfSeries(props: SeriesProps) {
  switch (shapeOf(props.operation)) {
    case 'histogram':
      return <HistogramResult {...props} />;
    case 'stems':
      return <StemsResult {...props} />;
    case 'spectrum':
      return <SpectrumResult {...props} />;
    case 'percentiles':
      return <PercentileResult {...props} />;
    case 'table':
      return null;
    default:
      return <TimeResult {...props} />;
  }
}
