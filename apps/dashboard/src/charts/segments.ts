/** States over time as segments: from when to when it was what. Pure, so that strips can be tested without a screen. */

export interface Segment {
  from: number;
  to: number;
  state: string;
}

/** Changes only: a value that repeats the one before it adds nothing but time. */
export interface StateChange {
  time: number;
  state: string;
}

/** More changes than this are not told apart on a strip; the oldest are let go. */
export const CHANGES_MAX = 2_000;

export function toChanges(
  time: readonly number[],
  column: readonly (number | string | boolean | null)[],
  isBoolean: boolean,
): StateChange[] {
  const changes: StateChange[] = [];
  for (let at = 0; at < time.length; at += 1) {
    const value = column[at];
    if (value === null || value === undefined) continue;
    addChange(changes, { time: time[at] ?? 0, state: stateOf(value, isBoolean) });
  }
  return changes;
}

export const stateOf = (value: number | string | boolean, isBoolean: boolean): string =>
  isBoolean ? (value === true || value === 1 || value === 'true' ? 'on' : 'off') : String(value);

/** Appends in order of time; a late one goes where it belongs. */
export function addChange(changes: StateChange[], change: StateChange): void {
  const last = changes.at(-1);
  if (!last || change.time >= last.time) {
    if (last?.state !== change.state) changes.push(change);
  } else {
    let at = changes.length;
    while (at > 0 && (changes[at - 1]?.time ?? 0) > change.time) at -= 1;
    if (changes[at - 1]?.state !== change.state) changes.splice(at, 0, change);
  }
  if (changes.length > CHANGES_MAX) changes.splice(0, changes.length - CHANGES_MAX);
}

/** What the window shows; each state lasts until the next, the newest until the right edge. */
export function segmentsIn(changes: readonly StateChange[], from: number, to: number): Segment[] {
  const segments: Segment[] = [];
  changes.forEach(({ time, state }, at) => {
    const end = changes[at + 1]?.time ?? to;
    if (end <= from || time >= to) return;
    segments.push({ from: Math.max(time, from), to: Math.min(end, to), state });
  });
  return segments;
}
