/** Hooks over the page's socket. */
import type { ProjectionProgressedMessage } from '#contracts';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { liveSocket, type AccountEvent, type ConnectionState, type DeviceListener, type MessageOf } from './socket.js';

export const useConnection = (): ConnectionState => useSyncExternalStore(liveSocket.watch, liveSocket.state);

/** Calls the newest `listener` for as long as the component is there and `enabled`. */
export function useLive(deviceId: string, rateHzMax: number, listener: DeviceListener, enabled = true): void {
  const newest = useRef(listener);
  useEffect(() => {
    newest.current = listener;
  });
  useEffect(() => {
    if (!enabled) return;
    return liveSocket.listen(deviceId, rateHzMax, {
      onReadings: (message) => newest.current.onReadings?.(message),
      onRejected: (message) => newest.current.onRejected?.(message),
      onChanged: (message) => newest.current.onChanged?.(message),
    });
  }, [deviceId, rateHzMax, enabled]);
}

/** Calls `listener`, which stays the same, with how projections go on. */
export function useProjectionsLive(listener: (message: ProjectionProgressedMessage) => void): void {
  useEffect(() => liveSocket.listenToProjections(listener), [listener]);
}

/** Calls `listener`, which stays the same, with what happens in the account. */
export function useAccountLive<Event extends AccountEvent>(event: Event, listener: (message: MessageOf<Event>) => void): void {
  useEffect(() => liveSocket.listenToAccount(event, listener), [event, listener]);
}

/** A clock that makes the component show “3 s ago” anew. */
export function useTick(everyMs: number): number {
  return useSyncExternalStore(tickers(everyMs).watch, tickers(everyMs).now);
}

interface Ticker {
  watch: (watcher: () => void) => () => void;
  now: () => number;
}

const known = new Map<number, Ticker>();

function tickers(everyMs: number): Ticker {
  const existing = known.get(everyMs);
  if (existing) return existing;
  const watchers = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let tick = 0;
  const ticker: Ticker = {
    now: () => tick,
    watch: (watcher) => {
      watchers.add(watcher);
      timer ??= setInterval(() => {
        tick += 1;
        for (const each of watchers) each();
      }, everyMs);
      return () => {
        watchers.delete(watcher);
        if (watchers.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
      };
    },
  };
  known.set(everyMs, ticker);
  return ticker;
}
