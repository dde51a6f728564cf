/** Window lengths as people write them: `5m`, `1h`, `1mo`. */

export type EveryUnit = 'ms' | 's' | 'm' | 'h' | 'd' | 'w' | 'mo' | 'y';

export interface Every {
  count: number;
  unit: EveryUnit;
}

/** `'5m'` → `{ count: 5, unit: 'm' }`; undefined for what is no length. The count is 1 to 999,999,999, without a leading zero. */
export function parseEvery(text: string): Every | undefined {
  const match = /^([1-9]\d{0,8})(ms|mo|[smhdwy])$/.exec(text);
  return match ? { count: Number(match[1]), unit: match[2] as EveryUnit } : undefined;
}

export function formatEvery(every: Every): string {
  return `${every.count}${every.unit}`;
}

/** Lengths of the units that are the same number of milliseconds on every clock without daylight saving. */
export const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
