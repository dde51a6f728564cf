/** Whether the readings of a chart are events; undefined while that is not known. Where the picture is thinned, some of its middle are
 *  asked for, all of them. */
import type { SeriesView } from '#contracts';
import { useMemo } from 'react';
import { useSeries } from '../api/queries.js';
import { areEvents, stretchToTell } from './rhythm.js';

/** As many as an answer has at most for a chart. */
const POINTS = 2_000;

export function useRhythm(view: SeriesView | undefined, parts: string[]): boolean | undefined {
  const stretch = useMemo(() => view && stretchToTell(view.time, view.of), [view]);
  const { from, to } = stretch ?? { from: 0, to: 0 };
  const asked = { fields: parts, from, to: to + 1, points: POINTS, method: 'lttb' };
  const answer = useSeries(view?.deviceId ?? '', asked, stretch !== undefined);
  const sample = answer.isPlaceholderData ? undefined : answer.data;
  const failed = answer.isError;
  return useMemo(() => {
    const all = stretch ? sample : view;
    if (stretch && !all && !failed) return undefined;
    return all !== undefined && all.of <= all.time.length && areEvents(all.time);
  }, [view, stretch, sample, failed]);
}
