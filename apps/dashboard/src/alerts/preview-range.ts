/** Which time of a device a rule is tried on at first: the latest readings, enough of them to see something. */

import { SPANS } from '../time/range.js';

export const PREVIEW_SPANS = SPANS;
export type PreviewSpan = keyof typeof PREVIEW_SPANS;

/** So many readings show what is usual and what is not. */
const READINGS = 400;

/** The shortest span that holds so many of the readings; `time` is a picture of `of` readings, evenly thinned. */
export function spanWith(time: readonly number[], of: number): PreviewSpan {
  const last = time.at(-1) ?? 0;
  const wanted = Math.min(READINGS, of) * (time.length / Math.max(1, of));
  const spans = Object.keys(PREVIEW_SPANS) as PreviewSpan[];
  return spans.find((span) => time.filter((at) => at > last - PREVIEW_SPANS[span].ms).length >= wanted) ?? '1y';
}

/** A little room behind the latest reading, so that its stretch is seen. */
export const spanEnding = (span: PreviewSpan, last: number): { from: number; to: number } => {
  const { ms } = PREVIEW_SPANS[span];
  return { from: last - ms * 0.98, to: last + ms * 0.02 };
};

/** Around an alert: enough before it to see how it came, enough after it to see how it went. */
export function around(since: number, end: number): { from: number; to: number } {
  const pad = Math.max((end - since) * 0.6, AROUND_MS_MIN);
  return { from: since - pad, to: end + pad * 0.6 };
}

const AROUND_MS_MIN = 120_000;
