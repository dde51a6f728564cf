/** Results over a number: how often which value, how alike at which lag, how strong which rhythm. */
import type { AnalysisResult, AnalysisView, OperationView, ResultSeriesView } from '#contracts';
import { useMemo, useRef } from 'react';
import { periodText } from '../analyses/words.js';
import { useCanvasTheme } from '../charts/theme.js';
import { counted, formatNumber } from '../ui/number-text.js';
import { Figure } from './figure.js';
import { histogramSpec, spectrumSpec, stemsSpec, type Peak } from './number-specs.js';
import { isObject } from './overlays.js';
import { pictureOfCanvas, type PictureKey } from './save-picture.js';
import type { SeriesProps } from './time-results.js';
import { useUnit } from './use-readings.js';
import { XyPlot, type XySpec } from './xy-plot.js';
import css from './results.module.css';

export function HistogramResult(props: SeriesProps) {
  const { series } = props;
  const unit = useUnit(series.deviceId, series.field);
  const theme = useCanvasTheme();
  const spec = useMemo(() => histogramSpec(series, unit, theme), [series, unit, theme]);
  return <XyFigure {...props} spec={spec} title={`Histogram of ${series.deviceId} ${series.field}`} />;
}

export function StemsResult(props: SeriesProps) {
  const { series, analysis } = props;
  const theme = useCanvasTheme();
  const spec = useMemo(() => stemsSpec(series, theme), [series, theme]);
  const said = saidOfLags(analysis.result);
  const [first, second] = analysis.inputs;
  const title = first && second ? `${second.deviceId} ${second.field} after ${first.deviceId} ${first.field}` : 'Cross-correlation';
  const keys = [
    { color: theme.series[4] ?? '', label: 'Correlation' },
    { color: theme.warn, label: 'By chance, 95 %' },
  ];
  return <XyFigure {...props} spec={spec} title={title} keys={keys} said={said} />;
}

function saidOfLags(result: AnalysisResult | undefined): [string, string][] {
  const { best, boundOfSmooth } = result?.summary ?? {};
  if (!isObject(best)) return [];
  const said: [string, string][] = [
    ['Strongest at', `${periodText(Number(best['lag']))}`],
    ['Correlation there', formatNumber(Number(best['correlation']), 3)],
  ];
  if (typeof boundOfSmooth === 'number') said.push(['By chance, of series as smooth as these', `± ${formatNumber(boundOfSmooth, 3)}`]);
  return said;
}

export function SpectrumResult(props: SeriesProps) {
  const { series, analysis } = props;
  const theme = useCanvasTheme();
  const peaks = useMemo(() => peaksOf(analysis, series), [analysis, series]);
  const spec = useMemo(() => spectrumSpec(series, peaks, theme), [series, peaks, theme]);
  const said = peaks.map(({ period, share }): [string, string] => [periodText(period), `${formatNumber(share * 100, 1)} % of the power`]);
  return <XyFigure {...props} spec={spec} title={`Spectrum of ${series.deviceId} ${series.field}`} said={said} />;
}

function peaksOf({ result, inputs }: AnalysisView, { deviceId, field }: ResultSeriesView): Peak[] {
  const fields = result?.summary['fields'];
  const at = inputs.findIndex((input) => input.deviceId === deviceId && input.field === field);
  const own = Array.isArray(fields) ? fields[at] : undefined;
  return isObject(own) && Array.isArray(own['peaks']) ? (own['peaks'] as unknown as Peak[]) : [];
}

interface XyFigureProps {
  analysis: AnalysisView;
  operation: OperationView;
  series: ResultSeriesView;
  spec: XySpec;
  title: string;
  keys?: PictureKey[];
  said?: [string, string][];
}

function XyFigure({ analysis, operation, series, spec, title, keys, said = [] }: XyFigureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const words = said.map(([name, value]) => `${name} ${value}`).join(', ');
  return (
    <Figure
      title={title}
      keys={keys}
      of={{ analysis, operation }}
      picture={() => (canvas.current ? pictureOfCanvas(canvas.current) : undefined)}
    >
      {said.length > 0 && (
        <dl className={css.said}>
          {said.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <XyPlot spec={spec} canvas={canvas} label={`${title}: ${counted(series.time.length, 'row')}${words ? `; ${words}` : ''}`} />
    </Figure>
  );
}
