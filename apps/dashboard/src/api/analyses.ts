/** What can be computed and what is being computed: the views by a hook each, and every request that changes something. */
import type {
  AnalysisCompletedMessage,
  AnalysisProgressedMessage,
  AnalysisRequest,
  AnalysisView,
  ListView,
  OperationView,
} from '#contracts';
import { useInfiniteQuery, useQuery, type InfiniteData } from '@tanstack/react-query';
import { liveSocket } from '../live/socket.js';
import { once } from './actions.js';
import { queryClient } from './client.js';
import { ask } from './http.js';

const ANALYSES = ['analyses'];
const analysis = (analysisId: string): string => `/analyses/${encodeURIComponent(analysisId)}`;

export const isOver = ({ status }: Pick<AnalysisView, 'status'>): boolean => status !== 'queued' && status !== 'running';

export function useOperations() {
  return useQuery({
    queryKey: ['operations'],
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await ask<ListView<OperationView>>('/operations', { signal })).items,
  });
}

/** Progress comes over the socket; asking now and then is the safety net. */
const ASK_EVERY_MS = 2_000;
const STANDING_EVERY_MS = 5_000;

export function useAnalyses() {
  return useInfiniteQuery({
    queryKey: [...ANALYSES, 'list'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => ask<ListView<AnalysisView>>('/analyses', { query: { limit: 50, cursor: pageParam }, signal }),
    getNextPageParam: (last) => last.next,
    refetchInterval: ({ state }) => (state.data?.pages.some(({ items }) => items.some(isUnderWay)) ? ASK_EVERY_MS : false),
  });
}

const isUnderWay = (view: AnalysisView): boolean => !isOver(view) && !view.standing;

/** So many rows are told apart on no screen; an export asks for all of them. */
const POINTS = 6_000;

export function useAnalysis(analysisId: string, enabled = true) {
  return useQuery({
    queryKey: [...ANALYSES, analysisId],
    enabled,
    queryFn: ({ signal }) => ask<AnalysisView>(analysis(analysisId), { query: { points: POINTS }, signal }),
    refetchInterval: ({ state: { data } }) => (!data || isOver(data) ? false : data.standing ? STANDING_EVERY_MS : ASK_EVERY_MS),
  });
}

export interface ResultAsked {
  from?: number;
  to?: number;
  points?: number;
}

export function fetchAnalysis(analysisId: string, { from, to, points }: ResultAsked, signal?: AbortSignal): Promise<AnalysisView> {
  const iso = (time: number | undefined): string | undefined => (time === undefined ? undefined : new Date(time).toISOString());
  return ask<AnalysisView>(analysis(analysisId), { query: { from: iso(from), to: iso(to), points }, signal });
}

/** What came over the socket goes into every list and page that shows it. */
export function analysisProgressed({ analysisId, status, progress, phase, restarts, rows }: AnalysisProgressedMessage): void {
  if (rows !== undefined) readAgainSoon(analysisId);
  const patched = (view: AnalysisView): AnalysisView =>
    view.analysisId === analysisId && !isOver(view) ? { ...view, status, progress, phase, restarts } : view;
  queryClient.setQueriesData<AnalysisView | InfiniteData<ListView<AnalysisView>>>({ queryKey: ANALYSES }, (known) => {
    if (!known || !('pages' in known)) return known && patched(known);
    return { ...known, pages: known.pages.map((page) => ({ ...page, items: page.items.map(patched) })) };
  });
}

/** A standing analysis has a new result with every reading: it is read once a second at most. */
const READ_EVERY_MS = 1_000;
const waiting = new Set<string>();

function readAgainSoon(analysisId: string): void {
  if (waiting.has(analysisId)) return;
  waiting.add(analysisId);
  setTimeout(() => {
    waiting.delete(analysisId);
    void queryClient.invalidateQueries({ queryKey: [...ANALYSES, analysisId] });
  }, READ_EVERY_MS);
}

export function analysisCompleted({ analysisId }: AnalysisCompletedMessage): void {
  void queryClient.invalidateQueries({ queryKey: [...ANALYSES, 'list'] });
  void queryClient.invalidateQueries({ queryKey: [...ANALYSES, analysisId] });
}

export async function requestAnalysis(body: AnalysisRequest, signal?: AbortSignal): Promise<AnalysisView> {
  const asked = await ask<AnalysisView>('/analyses', { method: 'POST', body, headers: once(), signal });
  void queryClient.invalidateQueries({ queryKey: [...ANALYSES, 'list'] });
  return asked;
}

/** Cancels one that is under way; deletes one that is over. */
export async function endAnalysis(analysisId: string): Promise<void> {
  await ask(analysis(analysisId), { method: 'DELETE' });
  void queryClient.invalidateQueries({ queryKey: [...ANALYSES, 'list'] });
  void queryClient.invalidateQueries({ queryKey: [...ANALYSES, analysisId] });
}

/** Leaves nothing of it in any list: one that is under way is cancelled first. Of its rows as few are fetched as can be. */
export async function discardAnalysis(analysisId: string): Promise<void> {
  if (!isOver(await fetchAnalysis(analysisId, { points: 2 }))) await endAnalysis(analysisId);
  await endAnalysis(analysisId);
}

/** Resolves once it is over, with its result. */
export async function whenOver(analysisId: string, asked: ResultAsked, signal: AbortSignal): Promise<AnalysisView> {
  for (;;) {
    const told = nextWord(analysisId, signal);
    const view = await fetchAnalysis(analysisId, asked, signal);
    if (isOver(view)) return view;
    await told;
    signal.throwIfAborted();
  }
}

const POLL_MS = 600;

/** Told by the socket, or after a moment. */
function nextWord(analysisId: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, POLL_MS);
    const stop = liveSocket.listenToAccount('analysis.completed', (message) => {
      if (message.analysisId === analysisId) done();
    });
    signal.addEventListener('abort', done, { once: true });
  });
}
