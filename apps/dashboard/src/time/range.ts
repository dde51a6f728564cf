/** Which time the device page shows: the last so-and-so long and following, or from–to and standing still. */

export type TimeRange = { kind: 'last'; span: SpanName } | { kind: 'fixed'; from: number; to: number };

export const SPANS = {
  '15m': { ms: 900_000, label: '15 min' },
  '1h': { ms: 3_600_000, label: '1 h' },
  '6h': { ms: 21_600_000, label: '6 h' },
  '24h': { ms: 86_400_000, label: '24 h' },
  '7d': { ms: 604_800_000, label: '7 d' },
  '30d': { ms: 2_592_000_000, label: '30 d' },
  '1y': { ms: 31_622_400_000, label: '1 y' },
} as const;
export type SpanName = keyof typeof SPANS;

export const DEFAULT_RANGE: TimeRange = { kind: 'last', span: '15m' };

/** Shorter than this nothing can be seen; longer than this nothing was ever recorded. */
const SPAN_MIN_MS = 10;
const TIME_MIN = Date.UTC(1678, 0, 1);
const TIME_MAX = Date.UTC(2261, 11, 31);

export function readRange(query: URLSearchParams): TimeRange {
  const span = query.get('range');
  if (span && span in SPANS) return { kind: 'last', span: span as SpanName };
  const from = Number(query.get('from') ?? NaN);
  const to = Number(query.get('to') ?? NaN);
  if (Number.isFinite(from) && Number.isFinite(to) && from < to) return fixed(from, to);
  return DEFAULT_RANGE;
}

export function writeRange(range: TimeRange, query: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const name of ['range', 'from', 'to']) next.delete(name);
  if (range.kind === 'last') next.set('range', range.span);
  else {
    next.set('from', String(Math.round(range.from)));
    next.set('to', String(Math.round(range.to)));
  }
  return next;
}

export function fixed(from: number, to: number): TimeRange {
  const start = Math.max(TIME_MIN, Math.min(from, to));
  return { kind: 'fixed', from: start, to: Math.min(TIME_MAX, Math.max(to, start + SPAN_MIN_MS)) };
}

export function boundsOf(range: TimeRange, now: number): { from: number; to: number } {
  return range.kind === 'fixed' ? { from: range.from, to: range.to } : { from: now - SPANS[range.span].ms, to: now };
}

/** Shifts by a part of its own length, or scales around its middle; the answer stands still. */
export function moved(range: TimeRange, now: number, by: { shift?: number; scale?: number }): TimeRange {
  const { from, to } = boundsOf(range, now);
  const middle = (from + to) / 2 + (by.shift ?? 0) * (to - from);
  const half = ((to - from) / 2) * (by.scale ?? 1);
  return fixed(middle - half, middle + half);
}

/** A window so wide that about `count` of them fill the range, from the steps people think in. */
export function windowFor(spanMs: number, count: number): string {
  const steps: [number, string][] = [
    [1_000, '1s'],
    [2_000, '2s'],
    [5_000, '5s'],
    [10_000, '10s'],
    [15_000, '15s'],
    [30_000, '30s'],
    [60_000, '1m'],
    [120_000, '2m'],
    [300_000, '5m'],
    [600_000, '10m'],
    [900_000, '15m'],
    [1_800_000, '30m'],
    [3_600_000, '1h'],
    [7_200_000, '2h'],
    [14_400_000, '4h'],
    [43_200_000, '12h'],
    [86_400_000, '1d'],
    [604_800_000, '1w'],
  ];
  const wanted = spanMs / count;
  return (steps.find(([ms]) => ms >= wanted) ?? steps.at(-1))?.[1] ?? '1w';
}
