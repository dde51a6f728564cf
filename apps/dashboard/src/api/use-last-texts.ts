/** The newest texts of a field over a time, from the api. */
import type { ReadingsView, SeriesView } from '#contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ask } from './http.js';
import { lastTexts, type TextSource } from './last-texts.js';
import { listText } from './list-text.js';

const LIMIT = 200;

export function useLastTexts(deviceId: string, field: string, range: { from: number; to: number }, rows: number) {
  return useQuery({
    queryKey: ['device', deviceId, 'texts', field, range, rows],
    staleTime: Infinity,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => lastTexts(sourceOf(deviceId, field, signal), { from: range.from, to: range.to + 1 }, rows),
  });
}

function sourceOf(deviceId: string, field: string, signal: AbortSignal): TextSource {
  const path = `/devices/${encodeURIComponent(deviceId)}`;
  const time = (ms: number): string => new Date(ms).toISOString();
  return {
    windows: async (from, to, everyMs) => {
      const query = { fields: listText([field]), from: time(from), to: time(to), every: `${everyMs}ms`, fn: 'last,count' };
      const view = await ask<SeriesView>(`${path}/series`, { query, signal });
      const { last = [], count = [] } = view.fields[field] ?? {};
      return { time: view.time, last: last.map(textOf), count: count.map(Number) };
    },
    readings: async (from, to, cursor) => {
      const query = { from: time(from), to: time(to), limit: LIMIT, cursor };
      const { items, next } = await ask<ReadingsView>(`${path}/readings`, { query, signal });
      return { items: items.map((item) => ({ time: Date.parse(item.time), text: textOf(item.values[field]) ?? undefined })), next };
    },
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
