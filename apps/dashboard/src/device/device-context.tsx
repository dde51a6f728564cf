/** What every part of the device page shares: the device, its latest values, and the time that is shown. */
import type { DeviceView } from '#contracts';
import { createContext, useCallback, useContext, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { queryClient } from '../api/client.js';
import { serverNow } from '../api/http.js';
import { useLatest } from '../api/queries.js';
import { LatestStore } from '../live/latest-store.js';
import type { LatestValue } from '../live/latest.js';
import { useLive } from '../live/use-live.js';
import { boundsOf, readRange, writeRange, type TimeRange } from '../time/range.js';

export interface DevicePage {
  device: DeviceView;
  latest: LatestStore;
  range: TimeRange;
  setRange: (range: TimeRange) => void;
  /** The window right now; moves while live. */
  bounds: () => { from: number; to: number };
}

const Context = createContext<DevicePage | undefined>(undefined);

export function useDevicePage(): DevicePage {
  const page = useContext(Context);
  if (!page) throw new Error('useDevicePage is called outside a DeviceProvider.');
  return page;
}

/** A device whose clock runs ahead by more than this is shown by its data's time only when asked to. */
const CLOCK_AHEAD_MAX_MS = 86_400_000;

export function DeviceProvider({ device, children }: { device: DeviceView; children: ReactNode }) {
  const [latest] = useState(() => new LatestStore());
  const [query, setQuery] = useSearchParams();
  // An address that changes otherwise leaves the range the same, and what was asked for it.
  const asked = JSON.stringify(readRange(query));
  const range = useMemo(() => JSON.parse(asked) as TimeRange, [asked]);
  const setRange = useCallback((next: TimeRange) => setQuery((now) => writeRange(next, now)), [setQuery]);
  useFeed(device, latest);
  const bounds = useCallback(() => boundsOf(range, edgeOf(latest)), [range, latest]);
  const page = useMemo(() => ({ device, latest, range, setRange, bounds }), [device, latest, range, setRange, bounds]);
  return <Context value={page}>{children}</Context>;
}

/** The right edge while live: now, or as far ahead as the device's clock runs. */
function edgeOf(latest: LatestStore): number {
  const now = serverNow();
  let edge = now;
  for (const { time } of Object.values(latest.all())) if (time > edge && time - now < CLOCK_AHEAD_MAX_MS) edge = time;
  return edge;
}

const LATEST_RATE_HZ = 10;
const ACCOUNT = { soonMs: 1_000, asideEveryMs: 30_000 };

/** Ledger and rejections follow what arrives, at a pace that a busy device cannot set: closely where they are looked at, else for a badge. */
function useAccount(deviceId: string): { soon: () => void } {
  const [path] = useLocation();
  const isLookedAt = /\/(ledger|rejections)$/.test(path);
  const [account] = useState(() => accountOf(deviceId));
  useEffect(() => account.follow(isLookedAt ? ACCOUNT.soonMs : ACCOUNT.asideEveryMs), [account, isLookedAt]);
  return account;
}

function accountOf(deviceId: string) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let [everyMs, askedAt] = [0, -Infinity];
  const ask = (): void => {
    timer = undefined;
    askedAt = performance.now();
    for (const view of ['ledger', 'rejections']) void queryClient.invalidateQueries({ queryKey: ['device', deviceId, view] });
  };
  const soon = (): void => void (timer ??= setTimeout(ask, Math.max(ACCOUNT.soonMs, askedAt + everyMs - performance.now())));
  const follow = (pace: number): void => {
    everyMs = pace;
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    soon();
  };
  return { soon, follow };
}

function useFeed(device: DeviceView, latest: LatestStore): void {
  const account = useAccount(device.deviceId);
  const answer = useLatest(device.deviceId);
  useEffect(() => {
    if (answer.data) latest.answered(answer.data);
  }, [answer.data, latest]);
  useEffect(() => {
    if (device.lastSeenAt) latest.sawAt(Date.parse(device.lastSeenAt));
  }, [device.lastSeenAt, latest]);
  useLive(device.deviceId, LATEST_RATE_HZ, {
    onReadings: (message) => {
      latest.received(message, device.schema, serverNow());
      account.soon();
    },
    onRejected: account.soon,
    onChanged: () => void queryClient.invalidateQueries({ queryKey: ['device', device.deviceId], exact: true }),
  });
}

export function useLatestValue(field: string): LatestValue | undefined {
  const { latest } = useDevicePage();
  return useSyncExternalStore(latest.watch, () => latest.get(field));
}

/** False until it is known which fields have a value. */
export function useLatestKnown(): boolean {
  const { latest } = useDevicePage();
  return useSyncExternalStore(latest.watch, latest.isKnown);
}

export function useSeenAt(): number | undefined {
  const { latest } = useDevicePage();
  return useSyncExternalStore(latest.watch, latest.seenAt);
}
