/** Lines over time that stand still: of a result, with its readings where it has none itself; of the readings around an alert, with its
 *  bounds. Zooms by dragging, as the charts of a device. */
import { Button } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { BoundHandle, type Handle } from '../charts/bound-handle.js';
import type { LineSpec } from '../charts/chart-options.js';
import { LineChart, type NumberColumns } from '../charts/line-chart.js';
import { NO_MARKS, type Marks } from '../charts/marks.js';
import { useCanvasTheme } from '../charts/theme.js';
import { useZone } from '../time/zone.js';
import type { Computed } from './overlays.js';
import css from './results.module.css';

export interface TimeLines {
  time: number[];
  columns: NumberColumns;
  /** Each is one by itself: they are not joined. */
  events?: boolean;
}

export interface TimePlotProps {
  /** In words, for those who cannot see it. */
  label: string;
  lines: LineSpec[];
  measured: TimeLines;
  computed?: Computed[];
  /** Stretches and bounds of alerts. */
  marks?: Marks;
  /** Bounds that can be moved. */
  handles?: Handle[];
  from: number;
  to: number;
  unit?: string;
  /** There is nothing below it. */
  floor?: number;
  /** What it begins again after. */
  turn?: number;
  low?: boolean;
  canvas: RefObject<HTMLCanvasElement | null>;
  /** Who shows it keeps what was zoomed to; otherwise it does itself. */
  zoomTo?: (from: number, to: number) => void;
}

export function TimePlot(props: TimePlotProps) {
  const { label, lines, measured, computed, marks = NO_MARKS, handles = [], from, to, unit = '', floor, turn, low, canvas, zoomTo } = props;
  const [zoomed, setZoomed] = useState<{ from: number; to: number }>();
  const theme = useCanvasTheme();
  const { zone } = useZone();
  const chart = useRef<LineChart>(null);
  const window = useMemo(() => zoomed ?? { from, to }, [zoomed, from, to]);
  const newestZoom = useRef(zoomTo);
  newestZoom.current = zoomTo;
  const { watch, tell } = useWatchers();
  useEffect(() => {
    if (!canvas.current) return;
    const made = new LineChart(canvas.current, {
      ...{ lines, theme, zone, unit, floor, turn },
      live: () => false,
      onZoom: (start, end) => (newestZoom.current ?? ((a: number, b: number) => setZoomed({ from: a, to: b })))(start, end),
    });
    made.drawn = tell;
    chart.current = made;
    return () => made.destroy();
  }, [canvas, lines, theme, zone, unit, floor, turn, tell]);
  useEffect(() => {
    chart.current?.show(measured.time, measured.columns, { live: false, events: measured.events });
    chart.current?.overlay(computed ?? []);
    chart.current?.follow(window.from, window.to, false);
  }, [measured, computed, window, lines, theme, zone, unit, floor, turn]);
  const [held, setHeld] = useState(false);
  useEffect(() => chart.current?.mark(marks, held), [marks, held, lines, theme, zone, unit, floor, turn]);
  return (
    <>
      <div className={css.plot} data-low={low || undefined}>
        <canvas ref={canvas} role="img" aria-label={label} />
        {handles.map((handle) => (
          <BoundHandle key={handle.label} {...handle} chart={chart} watch={watch} hold={setHeld} />
        ))}
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

/** What lies over the chart hears of each drawing. */
function useWatchers() {
  const watchers = useRef(new Set<() => void>());
  const watch = useCallback((watcher: () => void) => {
    watchers.current.add(watcher);
    return () => void watchers.current.delete(watcher);
  }, []);
  const tell = useCallback(() => {
    for (const watcher of watchers.current) watcher();
  }, []);
  return { watch, tell };
}
