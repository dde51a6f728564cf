/** Alerts and their rules: the views by a hook each, and everything that changes one. */
import type {
  AlertRule,
  AlertRuleVersionView,
  AlertRuleView,
  AlertView,
  BacktestRequest,
  BacktestView,
  DeliveryView,
  ListView,
  Severity,
} from '#contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { once } from './actions.js';
import { queryClient } from './client.js';
import { ask } from './http.js';

const ALERTS = ['alerts'];
const RULES = ['alert-rules'];
const alertPath = (alertId: string): string => `/alerts/${encodeURIComponent(alertId)}`;
const rulePath = (ruleId: string): string => `/alert-rules/${encodeURIComponent(ruleId)}`;

export interface AlertFilter {
  state?: AlertView['state'];
  severity?: Severity;
  deviceId?: string;
  ruleId?: string;
}

const PAGE = 50;
/** What is told over the socket is read at once; this is the safety net. */
const ASK_EVERY_MS = 30_000;

export function useAlerts(filter: AlertFilter, { enabled = true, limit = PAGE } = {}) {
  return useInfiniteQuery({
    queryKey: [...ALERTS, 'list', filter, limit],
    enabled,
    refetchInterval: ASK_EVERY_MS,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => ask<ListView<AlertView>>('/alerts', { query: { ...filter, limit, cursor: pageParam }, signal }),
    getNextPageParam: (last) => last.next,
  });
}

/** So many are counted; more are “and more”. */
export const COUNTED_MAX = 99;

/** How many alerts fire now; one more than is counted stands for any more. */
export function useFiringCount(): number {
  const firing = useAlerts({ state: 'firing' }, { limit: COUNTED_MAX + 1 });
  return firing.data?.pages[0]?.items.length ?? 0;
}

export function useAlert(alertId: string) {
  return useQuery({
    queryKey: [...ALERTS, alertId],
    queryFn: ({ signal }) => ask<AlertView>(alertPath(alertId), { signal }),
    refetchInterval: ({ state: { data } }) => (data?.state === 'cleared' ? false : ASK_EVERY_MS),
  });
}

/** Every alert that fits, for a file. */
export async function allAlerts(filter: AlertFilter): Promise<AlertView[]> {
  return allOf((cursor) => ask<ListView<AlertView>>('/alerts', { query: { ...filter, limit: 1_000, cursor } }), ALERTS_MAX);
}

const ALERTS_MAX = 100_000;
/** As many as an account may have. */
const RULES_MAX = 5_000;

async function allOf<T>(page: (cursor: string | undefined) => Promise<ListView<T>>, max: number): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const list = await page(cursor);
    items.push(...list.items);
    cursor = list.next;
  } while (cursor && items.length < max);
  return items;
}

export function useAlertRules() {
  return useQuery({
    queryKey: [...RULES, 'list'],
    refetchInterval: ASK_EVERY_MS,
    queryFn: ({ signal }) =>
      allOf((cursor) => ask<ListView<AlertRuleView>>('/alert-rules', { query: { limit: 1_000, cursor }, signal }), RULES_MAX),
  });
}

export function useAlertRule(ruleId: string | undefined) {
  return useQuery({
    queryKey: [...RULES, ruleId],
    enabled: ruleId !== undefined,
    queryFn: ({ signal }) => ask<AlertRuleView>(rulePath(ruleId ?? ''), { signal }),
  });
}

/** The rule as it was when the alert fired, whatever became of it. */
export function useRuleOfThen(alert: AlertView | undefined) {
  const { ruleId = '', ruleVersion = 0 } = alert ?? {};
  return useQuery({
    queryKey: [...RULES, ruleId, 'version', ruleVersion],
    enabled: alert !== undefined,
    // A version never changes.
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await ask<AlertRuleVersionView>(`${rulePath(ruleId)}/versions/${ruleVersion}`, { signal })).rule,
  });
}

const DELIVERIES_MAX = 3_000;

/** Notifications of one alert; the api lists them by rule. */
export function useDeliveries({ alertId, ruleId, recordedAt }: AlertView) {
  return useQuery({
    queryKey: [...ALERTS, alertId, 'deliveries'],
    refetchInterval: 10_000,
    queryFn: async ({ signal }): Promise<DeliveryView[]> => {
      const all = await allOf(async (cursor) => {
        const page = await ask<ListView<DeliveryView>>(`${rulePath(ruleId)}/deliveries`, { query: { limit: 200, cursor }, signal });
        const last = page.items.at(-1);
        // The newest come first: none is older than its alert.
        return last && last.createdAt < recordedAt ? { items: page.items } : page;
      }, DELIVERIES_MAX);
      return all.filter((delivery) => delivery.alertId === alertId).reverse();
    },
  });
}

export async function acknowledgeAlert(alertId: string, note: string): Promise<void> {
  const body = note.trim() ? { note: note.trim() } : {};
  await changed(() => ask(`${alertPath(alertId)}/acknowledgements`, { method: 'POST', body, headers: once() }));
}

/** A time that has passed ends the silence there is. */
export async function silenceRule(ruleId: string, until: number, reason: string): Promise<void> {
  const body = { until: new Date(until).toISOString(), reason };
  await changed(() => ask(`${rulePath(ruleId)}/silences`, { method: 'POST', body, headers: once() }));
}

/** The answer holds secrets that were made, this once. */
export function createRule(rule: AlertRule): Promise<AlertRuleView> {
  return changed(() => ask<AlertRuleView>('/alert-rules', { method: 'POST', body: rule, headers: once() }));
}

/** Refused with 412 where the rule is no longer of this version. */
export function editRule(ruleId: string, change: object, ruleVersion: number): Promise<AlertRuleView> {
  return changed(() => ask<AlertRuleView>(rulePath(ruleId), { method: 'PATCH', body: change, headers: ifMatch(ruleVersion) }));
}

export async function retireRule(ruleId: string, ruleVersion: number): Promise<void> {
  await changed(() => ask(rulePath(ruleId), { method: 'DELETE', headers: ifMatch(ruleVersion) }));
}

const ifMatch = (ruleVersion: number): Record<string, string> => ({ 'if-match': `"${ruleVersion}"` });

/** Of a draft; of a saved rule where one is named. */
export function backTest(asked: BacktestRequest, ruleId?: string, signal?: AbortSignal): Promise<BacktestView> {
  const path = ruleId === undefined ? '/alert-rules/backtests' : `${rulePath(ruleId)}/backtests`;
  return ask<BacktestView>(path, { method: 'POST', body: asked, signal });
}

/** Reads again also after a refusal: what was shown was old. */
async function changed<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } finally {
    await refreshAlerts();
  }
}

const refreshAlerts = async (): Promise<void> => {
  await Promise.all([ALERTS, RULES].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
};

/** A storm of alerts is read a few times a second, not once for each. */
const GATHER_MS = 300;
let gathering: ReturnType<typeof setTimeout> | undefined;

/** Something was raised, cleared, acknowledged, silenced or edited. */
export function alertsMoved(): void {
  gathering ??= setTimeout(() => {
    gathering = undefined;
    void refreshAlerts();
  }, GATHER_MS);
}
