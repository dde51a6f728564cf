/** What fires, as a chart shows it and as a table says it. */
import type { AlertView, FiringView } from '#contracts';
import type { Band } from '../charts/marks.js';
import { csvOf } from '../results/csv.js';
import { spanText } from './words.js';

/** Faint while the condition held and nothing was raised yet. */
export function tinted(
  { since, raisedAt, clearedAt = Infinity }: Pick<FiringView, 'since' | 'raisedAt' | 'clearedAt'>,
  color: string,
): Band[] {
  const fired: Band = { from: raisedAt, to: clearedAt, color };
  return since < raisedAt ? [{ from: since, to: raisedAt, color, faint: true }, fired] : [fired];
}

export const inLane = (
  { raisedAt, clearedAt = Infinity }: Pick<FiringView, 'raisedAt' | 'clearedAt'>,
  color: string,
  lane: number,
): Band => ({
  ...{ from: raisedAt, to: clearedAt, color, lane },
});

/** Times of an alert as those of a back-test are. */
export const stretchOf = ({ since, raisedAt, clearedAt }: AlertView): Pick<FiringView, 'since' | 'raisedAt' | 'clearedAt'> => ({
  since: Date.parse(since),
  raisedAt: Date.parse(raisedAt),
  ...(clearedAt !== undefined && { clearedAt: Date.parse(clearedAt) }),
});

/** `3 times, 4 h 20 min in all`. */
export function countedText(count: number, firingMs: number): string {
  if (count === 0) return 'never';
  return `${count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`}, ${spanText(firingMs)}${count === 1 ? '' : ' in all'}`;
}

/** Of what is clear only in the list itself: how long all of it was, up to `end`. */
export const lengthOf = (firings: readonly FiringView[], end: number): number =>
  firings.reduce((sum, { raisedAt, clearedAt = end }) => sum + Math.max(0, clearedAt - raisedAt), 0);

const iso = (time: number | undefined): string | undefined => (time === undefined ? undefined : new Date(time).toISOString());

export const firingsCsv = (firings: readonly FiringView[]): string =>
  csvOf(
    ['device', 'since', 'raised', 'cleared', 'clearReason', 'cause', 'value', 'position'],
    firings.map(({ deviceId, since, raisedAt, clearedAt, clearReason, cause, value, position }) => [
      ...[deviceId, iso(since), iso(raisedAt), iso(clearedAt), clearReason, cause, value, position],
    ]),
  );
