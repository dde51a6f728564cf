/** The newest texts of a field, each at its own time. The api lists readings from the oldest on: first it is found where to begin. */
import type { TextRead } from '../charts/texts.js';

export interface TextsFound {
  /** In order of time. */
  rows: TextRead[];
  /** So many were read in all. */
  of: number;
  /** False where too much lies between them: then each stands at the beginning of a stretch, and is the last of it. */
  exact: boolean;
}

export interface TextSource {
  /** The stretches with a text, each with its last and their count. */
  windows: (from: number, to: number, everyMs: number) => Promise<{ time: number[]; last: (string | null)[]; count: number[] }>;
  readings: (from: number, to: number, cursor?: string) => Promise<{ items: { time: number; text: string | undefined }[]; next?: string }>;
}

const WINDOWS = 400;
/** Each time 400 times finer: a year comes down to milliseconds in five. */
const NARROWINGS_MAX = 5;
/** Of readings without a text there may be any number between. */
const PAGES_MAX = 5;

export async function lastTexts(source: TextSource, { from, to }: { from: number; to: number }, rows: number): Promise<TextsFound> {
  const ask = (start: number) => source.windows(start, to, Math.max(1, Math.ceil((to - start) / WINDOWS)));
  let windows = await ask(from);
  const of = sum(windows.count);
  let start = Math.max(from, beginning(windows, rows));
  for (let left = NARROWINGS_MAX; left > 0 && start > from && sum(windows.count) > 2 * rows; left -= 1) {
    from = start;
    windows = await ask(from);
    start = Math.max(from, beginning(windows, rows));
  }
  const found = await read(source, start, to);
  if (found) return { rows: found.slice(-rows), of, exact: true };
  const coarse = windows.time.flatMap((time, at) => {
    const text = windows.last[at];
    return typeof text === 'string' ? [{ time, text }] : [];
  });
  return { rows: coarse.slice(-rows), of, exact: false };
}

/** Of the latest stretches that have so many. */
function beginning({ time, count }: { time: number[]; count: number[] }, rows: number): number {
  let seen = 0;
  for (let at = time.length - 1; at >= 0; at -= 1) {
    seen += count[at] ?? 0;
    if (seen >= rows) return time[at] ?? -Infinity;
  }
  return -Infinity;
}

/** Nothing where the end is not reached. */
async function read(source: TextSource, from: number, to: number): Promise<TextRead[] | undefined> {
  const texts: TextRead[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { items, next } = await source.readings(from, to, cursor);
    for (const { time, text } of items) if (text !== undefined) texts.push({ time, text });
    if (next === undefined) return texts;
    cursor = next;
  }
  return undefined;
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
