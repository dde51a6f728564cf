/** What can be read: of a stream what its metadata leaves, of everything what is durable. */
import type { StoredEvent } from './event-record.js';
import type { EventStore } from './event-store.js';
import { isDeleted, isMetastream } from './stream-metadata.js';

export type StreamPage = { found: 'events'; events: StoredEvent[] } | { found: 'no-stream' } | { found: 'deleted' };

export interface StreamRange {
  /** Inclusive. */
  from: number | 'end';
  backwards: boolean;
  count: number;
}

export function readStream(store: EventStore, name: string, { from, backwards, count }: StreamRange, now: number): StreamPage {
  const stream = store.stream(name);
  if (stream?.tombstoned) return { found: 'deleted' };
  const last = lastDurable(store, name);
  if (!stream || last < 0 || isDeleted(stream.metadata)) return { found: 'no-stream' };
  const first = firstKept(stream.events, last, { ...stream.metadata, ...(isMetastream(name) ? { maxCount: 1 } : {}) }, now);
  if (backwards) {
    const start = from === 'end' ? last : Math.min(from, last);
    return { found: 'events', events: stream.events.slice(Math.max(first, start - count + 1), start + 1).reverse() };
  }
  if (from === 'end') return { found: 'events', events: [] };
  const start = Math.max(first, from);
  return { found: 'events', events: stream.events.slice(start, Math.min(last + 1, start + count)) };
}

/** Revision of the newest durable event; -1 where there is none. */
export function lastDurable(store: EventStore, name: string): number {
  const events = store.stream(name)?.events ?? [];
  let last = events.length - 1;
  while (last >= 0 && !store.isDurable(events[last]!)) last -= 1;
  return last;
}

/** Pages of everything, from an index on; `next` is where the following page begins. */
export function readAll(
  store: EventStore,
  { index, backwards, count, matches }: { index: number; backwards: boolean; count: number; matches: (event: StoredEvent) => boolean },
): { events: StoredEvent[]; next: number; considered: number; end: boolean } {
  const events: StoredEvent[] = [];
  const step = backwards ? -1 : 1;
  let at = Math.min(index, backwards ? store.durable - 1 : store.durable);
  let considered = 0;
  while (events.length < count && considered < 1_000 && at >= 0 && at < store.durable) {
    const event = store.all[at]!;
    if (matches(event)) events.push(event);
    at += step;
    considered += 1;
  }
  return { events, next: at, considered, end: at < 0 || at >= store.durable };
}

function firstKept(
  events: StoredEvent[],
  last: number,
  { maxCount, maxAgeMs, truncateBefore }: { maxCount?: number; maxAgeMs?: number; truncateBefore?: number },
  now: number,
): number {
  let first = Math.max(truncateBefore ?? 0, maxCount === undefined ? 0 : last - maxCount + 1);
  if (maxAgeMs !== undefined) while (first <= last && events[first]!.created < now - maxAgeMs) first += 1;
  return first;
}
