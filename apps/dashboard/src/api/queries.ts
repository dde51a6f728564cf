/** Every view the dashboard reads, by one hook each. Keys begin with what they are about. */
import type {
  ApiKeyView,
  DeviceView,
  EventsView,
  LatestView,
  LedgerView,
  ListView,
  MeView,
  ModelView,
  ReadingsView,
  RejectionsView,
  SchemaView,
  SeriesView,
} from '#contracts';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ask, askWithHeaders, isWithoutSession } from './http.js';
import { listText } from './list-text.js';
import { session } from './session.js';

export interface ConfigView {
  tileServer?: string;
  tileAttribution?: string;
  version?: string;
}

const device = (deviceId: string): string => `/devices/${encodeURIComponent(deviceId)}`;

/** The signed-in account; `null` where there is none. */
export function useMe() {
  return useQuery({
    queryKey: ['me'],
    staleTime: Infinity,
    queryFn: async ({ signal }): Promise<MeView | null> => {
      try {
        const me = await ask<MeView>('/me', { signal });
        session.began();
        return me;
      } catch (error) {
        if (isWithoutSession(error)) return null;
        throw error;
      }
    },
  });
}

export function useConfig() {
  return useQuery({
    queryKey: ['config'],
    staleTime: Infinity,
    retry: false,
    // An api without this route has nothing to configure.
    queryFn: ({ signal }) => ask<ConfigView>('/config', { signal }).catch((): ConfigView => ({})),
  });
}

export function useDevices() {
  return useInfiniteQuery({
    queryKey: ['devices'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => ask<ListView<DeviceView>>('/devices', { query: { limit: 100, cursor: pageParam }, signal }),
    getNextPageParam: (last) => last.next,
  });
}

/** So many devices can be picked from; more are found by their own page. */
const DEVICES_MAX = 2_000;

/** Every device, by name, for a form to choose from. */
export function useAllDevices() {
  return useQuery({
    queryKey: ['devices', 'all'],
    staleTime: 30_000,
    queryFn: async ({ signal }): Promise<DeviceView[]> => {
      const items: DeviceView[] = [];
      let cursor: string | undefined;
      do {
        const page: ListView<DeviceView> = await ask('/devices', { query: { limit: 100, cursor }, signal });
        items.push(...page.items);
        cursor = page.next;
      } while (cursor && items.length < DEVICES_MAX);
      return items.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
    },
  });
}

export function useDevice(deviceId: string) {
  return useQuery({
    queryKey: ['device', deviceId],
    queryFn: ({ signal }) => ask<DeviceView>(device(deviceId), { signal }),
  });
}

export function useSchema(deviceId: string) {
  return useQuery({
    queryKey: ['device', deviceId, 'schema'],
    queryFn: async ({ signal }) => {
      const { body, headers } = await askWithHeaders<SchemaView>(`${device(deviceId)}/schema`, { signal });
      return { ...body, etag: headers.get('etag') ?? undefined };
    },
  });
}

export function useLatest(deviceId: string, enabled = true) {
  return useQuery({
    queryKey: ['device', deviceId, 'latest'],
    enabled,
    queryFn: ({ signal }) => ask<LatestView>(`${device(deviceId)}/latest`, { signal }),
  });
}

export interface SeriesAsked {
  fields: string[];
  from: number;
  to: number;
  points?: number;
  every?: string;
  fn?: string;
  method?: string;
  tz?: string;
}

export function useSeries(deviceId: string, asked: SeriesAsked, enabled: boolean) {
  return useQuery({
    queryKey: ['device', deviceId, 'series', asked],
    enabled,
    staleTime: Infinity,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      ask<SeriesView>(`${device(deviceId)}/series`, {
        signal,
        query: {
          fields: listText(asked.fields),
          from: new Date(asked.from).toISOString(),
          to: new Date(asked.to).toISOString(),
          points: asked.points,
          every: asked.every,
          fn: asked.fn,
          method: asked.method,
          tz: asked.tz,
        },
      }),
  });
}

export function useReadings(deviceId: string, range: { from: number; to: number }) {
  return useInfiniteQuery({
    queryKey: ['device', deviceId, 'readings', range],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask<ReadingsView>(`${device(deviceId)}/readings`, {
        signal,
        query: { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString(), limit: 100, cursor: pageParam },
      }),
    getNextPageParam: (last) => last.next,
  });
}

export function useLedger(deviceId: string, everyMs = 30_000) {
  return useQuery({
    queryKey: ['device', deviceId, 'ledger'],
    refetchInterval: everyMs,
    queryFn: ({ signal }) => ask<LedgerView>(`${device(deviceId)}/ledger`, { signal }),
  });
}

export function useRejections(deviceId: string) {
  return useInfiniteQuery({
    queryKey: ['device', deviceId, 'rejections'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask<RejectionsView>(`${device(deviceId)}/rejections`, { query: { limit: 50, cursor: pageParam }, signal }),
    getNextPageParam: (last) => last.next,
  });
}

export function useModels(deviceId: string) {
  return useInfiniteQuery({
    queryKey: ['device', deviceId, 'models'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask<ListView<ModelView>>(`${device(deviceId)}/models`, { query: { limit: 50, cursor: pageParam }, signal }),
    getNextPageParam: (last) => last.next,
  });
}

export function useEvents(deviceId: string) {
  return useInfiniteQuery({
    queryKey: ['device', deviceId, 'events'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask<EventsView>(`${device(deviceId)}/events`, { query: { order: 'newest', limit: 50, cursor: pageParam }, signal }),
    getNextPageParam: (last) => last.next,
  });
}

export function useApiKeys() {
  return useInfiniteQuery({
    queryKey: ['api-keys'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => ask<ListView<ApiKeyView>>('/api-keys', { query: { limit: 100, cursor: pageParam }, signal }),
    getNextPageParam: (last) => last.next,
  });
}
