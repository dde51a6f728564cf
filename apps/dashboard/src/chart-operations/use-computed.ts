/** What operations of a chart came to: an analysis each, asked for when it is added and when the time shown changes. */
import type { AnalysisRequest, AnalysisView, FieldSchema, OperationView } from '#contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { requestAnalysis, whenOver } from '../api/analyses.js';
import { labelOf } from '../schema/values.js';
import { heldUntilOver, useLetGo } from './let-go.js';
import { inOrder, partsFor, type ChartOperation } from './model.js';

export interface ComputedOperation {
  asked: ChartOperation;
  /** Among the operations of its chart; it has its colour by it. */
  place: number;
  operation: OperationView;
  analysis: AnalysisView;
  /** The time that was shown when it was asked. */
  window: { from: number; to: number };
}

export type Reported = Omit<ComputedOperation, 'place'>;
export type Report = (key: string, reported: Reported | undefined) => void;

/** Results as the list of operations reports them. */
export function useComputed(operations: readonly ChartOperation[]): [ComputedOperation[], Report] {
  const [found, setFound] = useState<ReadonlyMap<string, Reported>>(new Map());
  const report = useCallback<Report>((key, reported) => {
    setFound((known) => {
      const next = new Map(known);
      if (reported) next.set(key, reported);
      else next.delete(key);
      return next;
    });
  }, []);
  const computed = useMemo(() => inOrder(operations, found), [operations, found]);
  return [computed, report];
}

export interface AnalysisOfChart {
  deviceId: string;
  name: string;
  field: FieldSchema;
  asked: ChartOperation;
  operation: OperationView | undefined;
  window: { from: number; to: number };
  enabled: boolean;
}

const POINTS = 3_000;

export function useAnalysisOf({ deviceId, name, field, asked, operation, window, enabled }: AnalysisOfChart) {
  const answer = useQuery({
    queryKey: ['computed', deviceId, asked, window],
    enabled: enabled && operation !== undefined,
    staleTime: Infinity,
    // Let go with its chart: the analysis is then deleted.
    gcTime: 0,
    refetchOnWindowFocus: false,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      if (!operation) throw new Error('There is no such operation.');
      const inputs = partsFor(operation, name, field).map((part) => ({ deviceId, field: part }));
      const view = await compute(requestOf(asked, inputs, window, labelOf(name, field)), operation, window, signal);
      return { view, window };
    },
  });
  useLetGo(answer.data?.view.analysisId);
  return answer;
}

const iso = (time: number): string => new Date(time).toISOString();

function requestOf(
  { operation, params, past }: ChartOperation,
  inputs: AnalysisRequest['inputs'],
  { from, to }: { from: number; to: number },
  label: string,
): AnalysisRequest {
  return { operation, inputs, params, name: `Chart of ${label}`, ...(!past && { from: iso(from) }), to: iso(to + 1) };
}

async function compute(
  request: AnalysisRequest,
  { rows }: OperationView,
  { from, to }: { from: number; to: number },
  signal: AbortSignal,
): Promise<AnalysisView> {
  const { analysisId } = await requestAnalysis(request, signal);
  // Of a long past, only what is shown is fetched.
  const shown = rows === 'each' ? { from, to: to + 1, points: POINTS } : { points: POINTS };
  return heldUntilOver(analysisId, async () => {
    const view = await whenOver(analysisId, shown, signal);
    if (view.status === 'failed') throw new Error(view.error ?? 'It could not be computed.');
    return view;
  });
}
