/** The live map of one location field. Mounted only while near the window; Leaflet comes with it. */
import type { FieldSchema } from '#contracts';
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useConfig } from '../api/queries.js';
import { PlotMessage } from '../charts/plot-message.js';
import { useCanvasTheme } from '../charts/theme.js';
import { columnsOf, useLiveColumns } from '../charts/use-live-columns.js';
import { useDevicePage } from '../device/device-context.js';
import { labelOf } from '../schema/values.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { formatNumber } from '../ui/number-text.js';
import { useFrames } from '../ui/use-frames.js';
import { LiveMap } from './live-map.js';
import { addToTrack, toTrack, type TrackPoint } from './track.js';
import css from './track-map.module.css';

const POINTS = 2_000;

export default function TrackMap({ name, field }: { name: string; field: FieldSchema }) {
  const { bounds, range } = useDevicePage();
  const { zone } = useZone();
  const element = useRef<HTMLDivElement>(null);
  const map = useRef<LiveMap>(null);
  const track = useRef<TrackPoint[]>([]);
  const changed = useRef(false);
  const [count, setCount] = useState(0);
  const [lat, lon] = [`${name}.lat`, `${name}.lon`];
  const columns = useLiveColumns({
    parts: [lat, lon],
    points: POINTS,
    method: 'lttb',
    rateHz: 4,
    onLive: (time, values) => {
      for (const point of toTrack(time, values[lat] ?? [], values[lon] ?? [])) addToTrack(track.current, point);
      changed.current = true;
    },
  });
  const draw = (fit: boolean): void => {
    const { from, to } = bounds();
    if (range.kind === 'last') dropBefore(track.current, from);
    map.current?.show(track.current, from, to);
    if (fit) map.current?.fitUnlessMoved();
    changed.current = false;
    setCount(track.current.length);
  };
  const made = useMap(map, element, zone);
  const { view } = columns;
  const redraw = useRef(draw);
  redraw.current = draw;
  useEffect(() => {
    if (!view) return;
    const fresh = toTrack(view.time, columnsOf(view)[lat] ?? [], columnsOf(view)[lon] ?? []);
    // What came live while the answer was on its way is newer than it.
    const last = fresh.at(-1)?.time ?? -Infinity;
    for (const point of track.current) if (point.time > last) addToTrack(fresh, point);
    track.current = fresh;
  }, [view, lat, lon]);
  useEffect(() => redraw.current(true), [view, made]);
  useFrames(500, range.kind === 'last', () => {
    if (!changed.current) return;
    draw(count === 0);
  });
  return (
    <div className={css.frame}>
      <div ref={element} className={css.map} role="region" aria-label={`Map of ${labelOf(name, field)}: ${count} positions`} />
      <PlotMessage pending={columns.isPending} error={columns.error} empty={count === 0 && !columns.isPending} />
      <div className={css.legend}>
        <span>older</span>
        <i aria-hidden />
        <span>newer</span>
        <Button size="compact-xs" variant="default" onClick={() => map.current?.fit()} disabled={count === 0}>
          Whole track
        </Button>
      </div>
    </div>
  );
}

/** Positions older than the window go; the last known one stays, so that a quiet device is still on the map. */
function dropBefore(track: TrackPoint[], from: number): void {
  const first = track.findIndex((point) => point.time >= from);
  if (first > 0) track.splice(0, first);
}

function useMap(map: { current: LiveMap | null }, element: { current: HTMLDivElement | null }, zone: string): number {
  const theme = useCanvasTheme();
  const config = useConfig();
  const [made, setMade] = useState(0);
  useEffect(() => {
    if (!element.current || !config.data) return;
    map.current = new LiveMap(element.current, {
      theme,
      ...config.data,
      describe: (point) => `${exactTime(point.time, zone)} · ${formatNumber(point.lat, 5)}, ${formatNumber(point.lon, 5)}`,
    });
    setMade((times) => times + 1);
    return () => {
      map.current?.destroy();
      map.current = null;
    };
  }, [map, element, theme, config.data, zone]);
  return made;
}
