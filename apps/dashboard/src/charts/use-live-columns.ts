/** Columns of some parts over the shown time: from the api once, then live. Hands both to a chart, which React need not know. */
import type { FieldColumn, ReadingsRecordedMessage, SeriesView } from '#contracts';
import { useEffect, useMemo, useState } from 'react';
import { useSeries } from '../api/queries.js';
import { useDevicePage } from '../device/device-context.js';
import { useLive } from '../live/use-live.js';

export type Column = readonly (number | string | boolean | null)[];
export type Columns = Record<string, Column | undefined>;

export interface ColumnsAsked {
  parts: string[];
  /** A picture of so many points… */
  points?: number;
  method?: 'lttb' | 'm4';
  /** …or the last value of each window. */
  every?: string;
  fn?: 'last';
  /** At most so many live messages a second. */
  rateHz: number;
  onLive: (time: number[], columns: Columns) => void;
}

export interface LiveColumns {
  view: SeriesView | undefined;
  /** True until the first answer for this range. */
  isPending: boolean;
  error: Error | null;
  /** Asks again from now on: the live points have become too many or too coarse. */
  renew: () => void;
}

export function useLiveColumns({ parts, points, method, every, fn, rateHz, onLive }: ColumnsAsked): LiveColumns {
  const { device, range, bounds } = useDevicePage();
  const [renewals, setRenewals] = useState(0);
  // The window moves on while live; what is asked of the api stands still until the range changes.
  const asked = useMemo(bounds, [bounds, renewals]);
  const ready = points === undefined || points > 0;
  const answer = useSeries(device.deviceId, { fields: parts, ...asked, to: asked.to + 1, points, method, every, fn }, ready);
  useLive(device.deviceId, rateHz, { onReadings: (message) => onLive(message.time, partsIn(message, parts)) }, range.kind === 'last');
  useEffect(() => {
    if (range.kind !== 'last') return;
    const whenBack = (): void => {
      if (!document.hidden) setRenewals((count) => count + 1);
    };
    document.addEventListener('visibilitychange', whenBack);
    return () => document.removeEventListener('visibilitychange', whenBack);
  }, [range.kind]);
  return {
    view: answer.isPlaceholderData ? undefined : answer.data,
    isPending: answer.isPending || answer.isPlaceholderData,
    error: answer.error,
    renew: () => setRenewals((count) => count + 1),
  };
}

/** The first, normally only, function of each part: `value` for a picture, `last` for windows. */
export function columnsOf(view: SeriesView): Columns {
  return Object.fromEntries(Object.entries(view.fields).map(([part, byFunction]) => [part, Object.values(byFunction)[0]]));
}

function partsIn(message: ReadingsRecordedMessage, parts: string[]): Columns {
  return Object.fromEntries(parts.map((part) => [part, partOf(message.fields, part)]));
}

function partOf(fields: Record<string, FieldColumn>, part: string): Column | undefined {
  const whole = fields[part];
  if (Array.isArray(whole)) return whole;
  const dot = part.lastIndexOf('.');
  const compound = dot > 0 ? fields[part.slice(0, dot)] : undefined;
  return compound && !Array.isArray(compound) ? compound[part.slice(dot + 1)] : undefined;
}
