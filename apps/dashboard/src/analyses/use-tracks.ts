/** Where devices were in their last month: what an area is drawn around. */
import type { LatestView, SeriesView } from '#contracts';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ask } from '../api/http.js';
import { listText } from '../api/list-text.js';
import { columnsOf } from '../charts/use-live-columns.js';
import { toTrack } from '../map/track.js';

type Place = [lat: number, lon: number];

const DEVICES_MAX = 10;
const SPAN_MS = 30 * 86_400_000;
const POINTS = 600;

export function useTracks(deviceIds: string[]): Place[][] {
  const answers = useQueries({
    queries: deviceIds.slice(0, DEVICES_MAX).map((deviceId) => ({
      queryKey: ['device', deviceId, 'month'],
      staleTime: 60_000,
      queryFn: ({ signal }: { signal: AbortSignal }) => tracksOf(deviceId, signal),
    })),
  });
  const text = JSON.stringify(answers.flatMap(({ data }) => data ?? []));
  return useMemo(() => JSON.parse(text) as Place[][], [text]);
}

async function tracksOf(deviceId: string, signal: AbortSignal): Promise<Place[][]> {
  const device = `/devices/${encodeURIComponent(deviceId)}`;
  const { fields } = await ask<LatestView>(`${device}/latest`, { signal });
  const located = Object.entries(fields).filter(([, { value }]) => typeof value === 'object' && value !== null && 'lat' in value);
  return Promise.all(
    located.map(async ([name, { time }]) => {
      const last = typeof time === 'number' ? time : Date.parse(time);
      const [lat, lon] = [`${name}.lat`, `${name}.lon`];
      const query = { fields: listText([lat, lon]), points: POINTS, method: 'lttb', ...rangeTo(last) };
      const view = await ask<SeriesView>(`${device}/series`, { signal, query });
      return toTrack(view.time, columnsOf(view)[lat] ?? [], columnsOf(view)[lon] ?? []).map((at): Place => [at.lat, at.lon]);
    }),
  );
}

const rangeTo = (last: number) => ({ from: new Date(last - SPAN_MS).toISOString(), to: new Date(last + 1).toISOString() });
