/** Medians and percentiles, and the order in which two sides take turns. */
import type { Figure } from './bench.js';

export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

export function figure(name: string, unit: string, samples: number[]): Figure {
  return { name, unit, median: median(samples), samples };
}

/** A B A B …: what drifts on a shared machine hits both. */
export async function interleaved<T>(rounds: number, a: () => Promise<T>, b: () => Promise<T>): Promise<{ a: T[]; b: T[] }> {
  const results = { a: [] as T[], b: [] as T[] };
  for (let round = 0; round < rounds; round++) {
    results.a.push(await a());
    results.b.push(await b());
  }
  return results;
}

/** Median of the ratios of neighbours: steadier than the ratio of medians where the machine drifts. */
export function ratio(a: number[], b: number[]): number {
  return median(a.map((value, index) => value / (b[index] ?? NaN)));
}
