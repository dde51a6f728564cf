/** Lines over time that stand still: of a result, with its readings where it has none itself. Zooms by dragging, as the charts of a device. */
import { Button } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { LineSpec } from '../charts/chart-options.js';
import { LineChart, type NumberColumns } from '../charts/line-chart.js';
import { useCanvasTheme } from '../charts/theme.js';
import { useZone } from '../time/zone.js';
import type { Computed } from './overlays.js';
import css from './results.module.css';

export interface TimeLines {
  time: number[];
  columns: NumberColumns;
}

export interface TimePlotProps {
  /** In words, for those who cannot see it. */
  label: string;
  lines: LineSpec[];
  measured: TimeLines;
  computed?: Computed[];
  from: number;
  to: number;
  unit?: string;
  /** There is nothing below it. */
  floor?: number;
  low?: boolean;
  canvas: RefObject<HTMLCanvasElement | null>;
}

export function TimePlot({ label, lines, measured, computed, from, to, unit = '', floor, low, canvas }: TimePlotProps) {
  const [zoomed, setZoomed] = useState<{ from: number; to: number }>();
  const theme = useCanvasTheme();
  const { zone } = useZone();
  const chart = useRef<LineChart>(null);
  const window = useMemo(() => zoomed ?? { from, to }, [zoomed, from, to]);
  useEffect(() => {
    if (!canvas.current) return;
    const made = new LineChart(canvas.current, {
      ...{ lines, theme, zone, unit, floor },
      live: () => false,
      onZoom: (start, end) => setZoomed({ from: start, to: end }),
    });
    chart.current = made;
    return () => made.destroy();
  }, [canvas, lines, theme, zone, unit, floor]);
  useEffect(() => {
    chart.current?.show(measured.time, measured.columns, false);
    chart.current?.overlay(computed ?? []);
    chart.current?.follow(window.from, window.to, false);
  }, [measured, computed, window, lines, theme, zone, unit, floor]);
  return (
    <>
      <div className={css.plot} data-low={low || undefined}>
        <canvas ref={canvas} role="img" aria-label={label} />
      </div>
      {zoomed && (
        <div className={css.hint}>
          <Button size="compact-xs" variant="default" onClick={() => setZoomed(undefined)}>
            Whole range
          </Button>
        </div>
      )}
    </>
  );
}
