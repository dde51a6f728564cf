/** The offsets of a time zone as a list of segments: all that windows in local time need to know of it. */
import { IANAZone } from 'luxon';

/** From `start` (ms since epoch) on, local time = UTC + `offset` (ms), until the next segment starts. */
export interface ZoneSegment {
  start: number;
  offset: number;
}

export function isZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/** Every place kept its own mean time: the first that changed its offset did so in the 1830s. */
const FIRST_YEAR = 1800;
/** What lies later goes on as this year ends: no reading can be of it. */
const LAST_YEAR = 2262;

/** Segments covering [from, to]: the first may start before `from`. Throws a RangeError for an unknown zone. */
export function zoneSegments(zone: string, from: number, to: number): ZoneSegment[] {
  if (!isZone(zone)) throw new RangeError(`"${zone}" is not an IANA time zone`);
  const segments: ZoneSegment[] = [];
  const first = yearOf(from);
  const lastYear = yearOf(to);
  if (first === FIRST_YEAR) segments.push({ start: -Infinity, offset: segmentsOfYear(zone, first)[0]!.offset });
  for (let year = first; year <= lastYear; year++) {
    for (const segment of segmentsOfYear(zone, year)) {
      if (segment.start > to) break;
      if (segments.at(-1)?.offset !== segment.offset) segments.push(segment);
    }
  }
  const current = segments.findLastIndex((segment) => segment.start <= from);
  return segments.slice(Math.max(0, current));
}

/** No zone ever changed and changed back within so short a time: the shortest such stretches are about 30 days. */
const PROBE_MS = 7 * 86_400_000;
/** Years are kept because finding the transitions of one asks the zone some 60 times. */
const YEARS_KEPT = 4_096;
const known = new Map<string, ZoneSegment[]>();

function segmentsOfYear(zone: string, year: number): ZoneSegment[] {
  const key = `${zone} ${year}`;
  const cached = known.get(key);
  if (cached) return cached;
  if (known.size >= YEARS_KEPT) known.clear();
  const segments = findSegments(IANAZone.create(zone), Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1));
  known.set(key, segments);
  return segments;
}

/** Looks once a week, and halves the week in which the offset changed. */
function findSegments(zone: IANAZone, from: number, to: number): ZoneSegment[] {
  let offset = offsetAt(zone, from);
  const segments = [{ start: from, offset }];
  for (let probe = from; probe < to; probe += PROBE_MS) {
    const end = Math.min(probe + PROBE_MS, to);
    const next = offsetAt(zone, end);
    if (next === offset) continue;
    const start = firstWith(zone, offset, probe, end);
    if (start < to) segments.push({ start, offset: next });
    offset = next;
  }
  return segments;
}

function firstWith(zone: IANAZone, before: number, low: number, high: number): number {
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(zone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** Rounded to whole milliseconds: local mean times of old have offsets in seconds. */
function offsetAt(zone: IANAZone, time: number): number {
  return Math.round(zone.offset(time) * 60_000);
}

function yearOf(time: number): number {
  const year = new Date(Math.min(8.64e15, Math.max(-8.64e15, time))).getUTCFullYear();
  return Math.min(LAST_YEAR, Math.max(FIRST_YEAR, year));
}
