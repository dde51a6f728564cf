/** What operators see and do: the views by a hook each, and every request that changes something. */
import type {
  ListView,
  ParkedCommandView,
  ParkedRetryView,
  ProjectionProgressedMessage,
  ProjectionView,
  QueueView,
  RebuildPurpose,
  RebuildView,
  ShardView,
} from '#contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { once } from './actions.js';
import { queryClient } from './client.js';
import { ask } from './http.js';

const PROJECTIONS = ['operate', 'projections'];
const PARKED = ['operate', 'parked'];
const projection = (name: string): string => `/projections/${encodeURIComponent(name)}`;
const KINDS: Record<RebuildPurpose, string> = { switch: 'rebuilds', verify: 'verifications' };
const pathOf = ({ projection: name, purpose, rebuildId }: RebuildView): string => `${projection(name)}/${KINDS[purpose]}/${rebuildId}`;

const ENDED: readonly RebuildView['state'][] = ['completed', 'cancelled', 'failed'];
export const hasEnded = ({ state }: RebuildView): boolean => ENDED.includes(state);

/** What moves comes over the socket; parts and generations change seldom, but for one that is being deleted. */
export function useProjections() {
  return useQuery({
    queryKey: PROJECTIONS,
    queryFn: async ({ signal }): Promise<ProjectionView[]> => (await ask<ListView<ProjectionView>>('/projections', { signal })).items,
    refetchInterval: ({ state }) => (state.data?.some(isDropping) ? 1_000 : 10_000),
  });
}

const isDropping = ({ generations }: ProjectionView): boolean => generations.some(({ state }) => state === 'dropping');

/** Puts what came over the socket into what is shown; reads again where more has changed than a message tells. */
export function projectionProgressed(message: ProjectionProgressedMessage): void {
  const known = queryClient.getQueryData<ProjectionView[]>(PROJECTIONS);
  const before = known?.find(({ name }) => name === message.name);
  if (!known || !before) return;
  queryClient.setQueryData(
    PROJECTIONS,
    known.map((it) => (it === before ? { ...it, trouble: undefined, ...message } : it)),
  );
  const isNew = before.generation !== message.generation || before.rebuild?.state !== message.rebuild?.state;
  if (isNew) void queryClient.invalidateQueries({ queryKey: PROJECTIONS });
}

const FIGURES_EVERY_MS = 2_000;

export function useShards() {
  return useQuery({
    queryKey: ['operate', 'shards'],
    refetchInterval: FIGURES_EVERY_MS,
    queryFn: async ({ signal }) => (await ask<ListView<ShardView>>('/shards', { signal })).items,
  });
}

export function useQueues() {
  return useQuery({
    queryKey: ['operate', 'queues'],
    refetchInterval: FIGURES_EVERY_MS,
    queryFn: async ({ signal }) => (await ask<ListView<QueueView>>('/queues', { signal })).items,
  });
}

export function useParked() {
  return useInfiniteQuery({
    queryKey: PARKED,
    refetchInterval: 10_000,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      ask<ListView<ParkedCommandView>>('/parked-commands', { query: { limit: 50, cursor: pageParam }, signal }),
    getNextPageParam: (last) => last.next,
  });
}

export async function startRebuild(name: string, purpose: RebuildPurpose): Promise<void> {
  await changed(() => ask(`${projection(name)}/${KINDS[purpose]}`, { method: 'POST', headers: once() }), PROJECTIONS);
}

export async function setRebuild(rebuild: RebuildView, state: 'paused' | 'running'): Promise<void> {
  await changed(() => ask(pathOf(rebuild), { method: 'PATCH', body: { state } }), PROJECTIONS);
}

export async function cancelRebuild(rebuild: RebuildView): Promise<void> {
  await changed(() => ask(pathOf(rebuild), { method: 'DELETE' }), PROJECTIONS);
}

export async function dropGeneration(name: string, generation: number): Promise<void> {
  await changed(() => ask(`${projection(name)}/generations/${generation}`, { method: 'DELETE' }), PROJECTIONS);
}

export function retryParked({ parkedId }: ParkedCommandView): Promise<ParkedRetryView> {
  return changed(() => ask(`/parked-commands/${encodeURIComponent(parkedId)}/retries`, { method: 'POST', headers: once() }), PARKED);
}

export async function dropParked({ parkedId }: ParkedCommandView, reason: string): Promise<void> {
  const query = { reason: reason || undefined };
  await changed(() => ask(`/parked-commands/${encodeURIComponent(parkedId)}`, { method: 'DELETE', query }), PARKED);
}

/** Reads again also after a refusal: what was shown was old. */
async function changed<T>(act: () => Promise<T>, queryKey: string[]): Promise<T> {
  try {
    return await act();
  } finally {
    await queryClient.invalidateQueries({ queryKey });
  }
}
