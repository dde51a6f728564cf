/** Draws what was computed over the lines of a chart. */
import type { SeriesView } from '#contracts';
import { useEffect, useMemo } from 'react';
import { liesOver } from '../analyses/shape.js';
import type { LineChart } from '../charts/line-chart.js';
import { useCanvasTheme, type CanvasTheme } from '../charts/theme.js';
import { nearestIn, overlaysOf } from '../results/overlays.js';
import type { ComputedOperation } from './use-computed.js';

interface Overlaid {
  chart: { current: LineChart | null };
  computed: ComputedOperation[];
  color: number;
  /** Changes when the chart was made anew. */
  made: number;
  view: SeriesView | undefined;
}

export function useOverlays({ chart, computed, color, made, view }: Overlaid): void {
  const theme = useCanvasTheme();
  const over = useMemo(() => computed.filter(({ operation }) => liesOver(operation)), [computed]);
  useEffect(() => {
    const current = chart.current;
    if (!current) return;
    const drawn = over.flatMap(({ operation, analysis, place }) =>
      (analysis.result?.series ?? []).flatMap((series, part) => {
        const valueAt = nearestIn(current.points(series.field));
        const own = { theme, color: overlayColor(theme, color, place + part), valueAt };
        return analysis.result ? overlaysOf(operation, analysis.result, series, own) : [];
      }),
    );
    current.overlay(drawn);
  }, [chart, over, color, theme, made, view]);
}

/** Where what is computed ends: a forecast goes on after the readings. */
export function endOf(computed: readonly ComputedOperation[]): number {
  const ahead = computed.filter(({ operation }) => liesOver(operation) && operation.rows === 'ahead');
  const series = ahead.flatMap(({ analysis }) => analysis.result?.series ?? []);
  return Math.max(0, ...series.map(({ time }) => time.at(-1) ?? 0));
}

/** Of the series' colours, the next but one is told from the readings at a glance. */
export const APART = 2;

export const overlayColor = ({ series }: Pick<CanvasTheme, 'series'>, color: number, at: number): string =>
  series[(color + APART + at) % series.length] ?? '';
