/** Where the device was around an alert, and the area of its rule. */
import type { AlertView } from '#contracts';
import { useEffect, useMemo, useRef } from 'react';
import { useSeries } from '../api/queries.js';
import { useCanvasTheme } from '../charts/theme.js';
import { columnsOf } from '../charts/use-live-columns.js';
import { toTrack } from '../map/track.js';
import { pictureOfMap, useResultMap } from '../map/use-result-map.js';
import { csvOf } from '../results/csv.js';
import { Figure } from '../results/figure.js';
import { exactTime, minuteTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import type { LookedAt } from './looks-at.js';
import { stretchOf } from './stretches.js';
import results from '../results/results.module.css';

export interface AroundAlert {
  alert: AlertView;
  /** The time that is shown. */
  from: number;
  to: number;
}

const POINTS = 2_000;

export function AlertMap({ alert, looked: { deviceId, field, area }, from, to }: AroundAlert & { looked: LookedAt }) {
  const element = useRef<HTMLDivElement>(null);
  const map = useResultMap(element);
  const theme = useCanvasTheme();
  const { zone } = useZone();
  const [lat, lon] = [`${field}.lat`, `${field}.lon`];
  const { data: view } = useSeries(deviceId, { fields: [lat, lon], from, to: to + 1, points: POINTS, method: 'lttb' }, true);
  const track = useMemo(() => (view ? toTrack(view.time, columnsOf(view)[lat] ?? [], columnsOf(view)[lon] ?? []) : []), [view, lat, lon]);
  const { raisedAt, clearedAt = Infinity } = useMemo(() => stretchOf(alert), [alert]);
  useEffect(() => {
    const fired = track.filter(({ time }) => time >= raisedAt && time <= clearedAt);
    const first = fired[0];
    const lines = [
      { points: track, color: theme.ink3, weight: 2.5 },
      { points: fired, color: theme.bad, weight: 4 },
    ];
    const mark = first && {
      at: [first.lat, first.lon] as [number, number],
      radius: 7,
      color: theme.bad,
      text: `Raised ${exactTime(raisedAt, zone)}`,
    };
    map?.show(lines, mark ? [mark] : [], area);
    map?.fit();
  }, [map, track, raisedAt, clearedAt, theme, zone, area]);
  const csv = (): string =>
    csvOf(
      ['time', 'device', lat, lon],
      track.map((point) => [new Date(point.time).toISOString(), deviceId, point.lat, point.lon]),
    );
  return (
    <Figure
      title={field}
      about={`${alert.name}, ${minuteTime(from, zone)} – ${minuteTime(to, zone)}`}
      level={2}
      keys={[
        { color: theme.ink3, label: 'where it was' },
        { color: theme.bad, label: alert.state === 'firing' ? 'while it fires' : 'while it fired' },
        ...(area ? [{ color: theme.accent, label: 'area of the rule' }] : []),
      ]}
      picture={() => pictureOfMap(map, element.current)}
      csv={csv}
    >
      <div ref={element} className={results.map} role="region" aria-label={`Map of ${field} around the alert`} />
    </Figure>
  );
}
