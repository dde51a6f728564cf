/** Which time a draft is tried on: that which one came with, the latest readings of the device, or what was chosen. */
import { useMemo, useState } from 'react';
import { useSeries } from '../../api/queries.js';
import { PREVIEW_SPANS, spanEnding, spanWith, type PreviewSpan } from '../preview-range.js';

const POINTS = 500;

export interface PreviewRange {
  range: { from: number; to: number } | undefined;
  span: PreviewSpan | undefined;
  choose: (span: PreviewSpan) => void;
  zoomTo: (from: number, to: number) => void;
}

type Chosen = { span: PreviewSpan } | { from: number; to: number };

export function usePreviewRange(
  deviceId: string,
  part: string,
  lastReadingAt: string | undefined,
  start?: { from: number; to: number },
): PreviewRange {
  const last = lastReadingAt === undefined ? undefined : Date.parse(lastReadingAt);
  const [chosen, setChosen] = useState<Chosen | undefined>(start);
  const year = { from: (last ?? 0) - PREVIEW_SPANS['1y'].ms, to: (last ?? 0) + 1 };
  const wanted = chosen === undefined && last !== undefined && part !== '';
  const picture = useSeries(deviceId, { fields: [part], ...year, points: POINTS, method: 'lttb' }, wanted);
  const found = picture.data && !picture.isPlaceholderData ? spanWith(picture.data.time, picture.data.of) : undefined;
  // Without a field to see there is nothing to count: a day.
  const span = chosen && 'span' in chosen ? chosen.span : chosen ? undefined : part === '' ? '24h' : found;
  const range = useMemo(() => {
    if (chosen && 'from' in chosen) return chosen;
    return span === undefined || last === undefined ? undefined : spanEnding(span, last);
  }, [chosen, span, last]);
  return { range, span, choose: (next) => setChosen({ span: next }), zoomTo: (from, to) => setChosen({ from, to }) };
}
