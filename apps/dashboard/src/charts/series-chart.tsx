/** One chart of one field: a line for a number, a line an axis for a vector. Mounted only while near the window. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { FieldSchema } from '#contracts';
import { partsOf } from '#contracts';
import { useAlertBands } from '../alerts/use-alert-bands.js';
import type { ComputedOperation } from '../chart-operations/use-computed.js';
import { endOf, useOverlays } from '../chart-operations/use-overlays.js';
import { symbolOf } from '../schema/units.js';
import { labelOf } from '../schema/values.js';
import { counted, formatNumber } from '../ui/number-text.js';
import { fixed } from '../time/range.js';
import { useZone } from '../time/zone.js';
import { useDevicePage } from '../device/device-context.js';
import { useFrames } from '../ui/use-frames.js';
import { useWidth } from '../ui/use-width.js';
import type { LineSpec } from './chart-options.js';
import { LineChart } from './line-chart.js';
import { PlotMessage } from './plot-message.js';
import { useCanvasTheme, type CanvasTheme } from './theme.js';
import { columnsOf, useLiveColumns } from './use-live-columns.js';
import { useRhythm } from './use-rhythm.js';
import css from './panel.module.css';

export interface SeriesChartProps {
  name: string;
  field: FieldSchema;
  color: number;
  computed: ComputedOperation[];
}

export default function SeriesChart({ name, field, color, computed }: SeriesChartProps) {
  const page = useDevicePage();
  const live = page.range.kind === 'last';
  const [box, width] = useWidth<HTMLDivElement>();
  const chart = useRef<LineChart>(null);
  const lines = partsOf(name, field);
  const columns = useLiveColumns({
    parts: lines,
    points: Math.min(2_000, width),
    method: 'lttb',
    rateHz: 10,
    onLive: (time, values) => chart.current?.take(time, values),
  });
  const [empty, setEmpty] = useState(false);
  const canvas = useChart(chart, name, field, color);

  const { view } = columns;
  const events = useRhythm(view, lines);
  const isPending = columns.isPending || events === undefined;
  const ahead = useMemo(() => endOf(computed), [computed]);
  useEffect(() => {
    const { from, to } = page.bounds();
    const isKnown = view !== undefined && events !== undefined;
    if (isKnown) chart.current?.show(view.time, columnsOf(view), { live, events });
    // Until the answer is there, what is held is shown in the new window: coarse, but at once.
    chart.current?.follow(from, Math.max(to, ahead), live);
    if (isKnown) setEmpty(chart.current?.isEmpty() ?? true);
  }, [view, page, live, canvas.made, ahead, events]);
  // After the readings are shown: marks stand where they are.
  useOverlays({ chart, computed, color, made: canvas.made, view });
  const bands = useAlertBands(page.device.deviceId, name);
  useEffect(() => chart.current?.mark({ bands, bounds: [] }), [bands, canvas.made]);
  useRenewalAfterRemake(canvas.made, columns.renew);

  useFrames(frameEvery(page.bounds(), width), live, () => {
    const { from, to } = page.bounds();
    chart.current?.follow(from, Math.max(to, ahead), true);
    setEmpty((chart.current?.isEmpty() ?? true) && !isPending);
  });

  return (
    <div className={css.plot} ref={box}>
      <canvas ref={canvas.ref} role="img" aria-label={describe(name, field, columns.view)} />
      <PlotMessage pending={isPending} error={columns.error} empty={empty} />
    </div>
  );
}

/** No more often than the picture can change by half a pixel, nor more than ten times a second. */
function frameEvery({ from, to }: { from: number; to: number }, width: number): number {
  return Math.min(1_000, Math.max(100, (to - from) / Math.max(1, width) / 2));
}

/** A chart made anew for another scheme or zone has lost what came live. */
function useRenewalAfterRemake(made: number, renew: () => void): void {
  const newest = useRef(renew);
  newest.current = renew;
  useEffect(() => {
    if (made > 1) newest.current();
  }, [made]);
}

function useChart(chart: { current: LineChart | null }, name: string, field: FieldSchema, color: number) {
  const ref = useRef<HTMLCanvasElement>(null);
  const theme = useCanvasTheme();
  const { zone } = useZone();
  const { range, setRange } = useDevicePage();
  const [made, setMade] = useState(0);
  const isLive = useRef(false);
  isLive.current = range.kind === 'last';
  useEffect(() => {
    if (!ref.current) return;
    chart.current = new LineChart(ref.current, {
      lines: linesOf(name, field, theme, color),
      theme,
      zone,
      unit: symbolOf(field.unit),
      precision: field.precision,
      min: 'min' in field ? field.min : undefined,
      max: 'max' in field ? field.max : undefined,
      live: () => isLive.current,
      onZoom: (from, to) => setRange(fixed(from, to)),
    });
    setMade((count) => count + 1);
    return () => {
      chart.current?.destroy();
      chart.current = null;
    };
  }, [chart, name, field, color, theme, zone, setRange]);
  return { ref, made };
}

export function linesOf(name: string, field: FieldSchema, theme: Pick<CanvasTheme, 'series'>, color: number): LineSpec[] {
  const parts = partsOf(name, field);
  return parts.map((part, at) => ({
    part,
    label: parts.length > 1 ? part.slice(name.length + 1) : labelOf(name, field),
    color: theme.series[(color + at) % theme.series.length] ?? '',
  }));
}

/** The chart in a sentence, for those who cannot see it; the readings tab has every value. */
function describe(name: string, field: FieldSchema, view: ReturnType<typeof useLiveColumns>['view']): string {
  const label = labelOf(name, field);
  if (!view) return `Chart of ${label}`;
  let low = Infinity;
  let high = -Infinity;
  for (const column of Object.values(columnsOf(view))) {
    for (const value of column ?? []) {
      if (typeof value !== 'number') continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return `Chart of ${label}: no values in this range`;
  const unit = symbolOf(field.unit);
  return `Chart of ${label}: ${counted(view.of, 'reading')} between ${formatNumber(low, field.precision)} and ${formatNumber(high, field.precision)} ${unit}`.trim();
}
