/** When a rule would have fired over the shown range: of a draft while it changes, of a saved rule once a range. */
import type { AlertRule, BacktestView } from '#contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { backTest } from '../api/alerts.js';
import { oneAtATime, type OneAtATime } from './one-at-a-time.js';

export interface Shown {
  deviceId: string;
  from: number;
  to: number;
}

export interface Preview {
  outcome?: BacktestView;
  /** Of the draft as it is now; what is shown may be that of a moment ago. */
  error?: unknown;
  pending: boolean;
}

interface Asked extends Shown {
  rule: AlertRule;
}

/** The screen gets its turn between two answers. */
const PAUSE_MS = 40;

/** The last answer stays until there is the next: stretches move, they do not blink. */
export function useDraftTest(asked: Asked | undefined): Preview {
  const [preview, setPreview] = useState<Preview>({ pending: false });
  const asker = useRef<OneAtATime<Asked>>(undefined);
  useEffect(() => {
    const made = oneAtATime<Asked, BacktestView>({
      run: ({ rule, deviceId, from, to }, signal) => backTest({ rule, from, to, deviceIds: [deviceId] }, undefined, signal),
      answered: (outcome) => setPreview({ outcome, pending: false }),
      failed: (error) => setPreview({ error, pending: false }),
      pause: () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)),
    });
    asker.current = made;
    return () => made.stop();
  }, []);
  const text = asked && JSON.stringify(asked);
  useEffect(() => {
    if (text === undefined) return setPreview({ pending: false });
    setPreview((before) => ({ outcome: before.outcome, pending: true }));
    asker.current?.ask(JSON.parse(text) as Asked);
  }, [text]);
  return preview;
}

/** The version that is saved over the same range, and what really fired in it. */
export function useSavedTest(saved: { ruleId: string; ruleVersion: number } | undefined, shown: Shown | undefined) {
  return useQuery({
    queryKey: ['alert-rules', saved?.ruleId, 'backtest', saved?.ruleVersion, shown],
    enabled: saved !== undefined && shown !== undefined,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const { deviceId, from, to } = shown as Shown;
      return backTest({ from, to, deviceIds: [deviceId] }, saved?.ruleId, signal);
    },
  });
}
