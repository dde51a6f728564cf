/** What a back-test looks at: events of the streams of devices, a page at a time, in order of position. */
import { upcastEvent, type FieldColumn, type ReadingColumns, type RecordedEvent } from '#contracts';
import { firstRevision, type EventLog } from '#ports';

/** A clock of a device may be fast by so much: what arrived earlier than that before a range is not looked at. */
const CLOCK_AHEAD_MS = 86_400_000;
/** So that memory stays small and others get their turn. */
const READINGS_A_PAGE = 50_000;
const EVENTS_A_PAGE_MIN = 16;
const EVENTS_A_PAGE_MAX = 4_096;

/** One stream, from the first event that arrived at or after `from`. */
export async function* pagesOf(log: EventLog, stream: string, from: number | undefined): AsyncGenerator<RecordedEvent[]> {
  let revision = from === undefined ? 0 : await firstArrivedFrom(log, stream, from - CLOCK_AHEAD_MS);
  for (let limit = EVENTS_A_PAGE_MIN; ;) {
    const page = await log.readStream(stream, revision, limit);
    if (page.length === 0) return;
    const events = page.map(upcastEvent);
    yield events;
    if (page.length < limit) return;
    revision = page.at(-1)!.revision + 1;
    const readings = events.reduce((sum, event) => sum + sizeOf(event), 0);
    const next = Math.round((page.length * READINGS_A_PAGE) / Math.max(1, readings));
    limit = Math.min(EVENTS_A_PAGE_MAX, limit * 8, Math.max(EVENTS_A_PAGE_MIN, next));
  }
}

/** Several streams as one, by position. */
export async function* mergedPages(log: EventLog, streams: readonly string[], from: number | undefined): AsyncGenerator<RecordedEvent[]> {
  if (streams.length === 1) return yield* pagesOf(log, streams[0]!, from);
  const heads = await Promise.all(streams.map((stream) => Cursor.open(pagesOf(log, stream, from))));
  const live = heads.filter((cursor) => cursor.event !== undefined);
  let page: RecordedEvent[] = [];
  while (live.length > 0) {
    const first = live.reduce((best, cursor) => (cursor.event!.position < best.event!.position ? cursor : best));
    page.push(first.event!);
    if (!(await first.next())) live.splice(live.indexOf(first), 1);
    if (page.length >= EVENTS_A_PAGE_MAX) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

class Cursor {
  event: RecordedEvent | undefined;
  private page: RecordedEvent[] = [];
  private at = 0;

  private constructor(private readonly pages: AsyncGenerator<RecordedEvent[]>) {}

  static async open(pages: AsyncGenerator<RecordedEvent[]>): Promise<Cursor> {
    const cursor = new Cursor(pages);
    await cursor.next();
    return cursor;
  }

  async next(): Promise<boolean> {
    if (this.at === this.page.length) {
      const { value, done } = await this.pages.next();
      [this.page, this.at] = [done ? [] : value, 0];
    }
    this.event = this.page[this.at++];
    return this.event !== undefined;
  }
}

/** What is recorded in a stream, is in the order of time. */
const firstArrivedFrom = (log: EventLog, stream: string, from: number): Promise<number> =>
  firstRevision(log, stream, ({ metadata }) => metadata.recordedAt >= from);

const sizeOf = (event: RecordedEvent): number => (event.type === 'ReadingsReceived' ? (event.data as ReadingColumns).time.length : 1);

/** The event with those of its readings whose time lies in the range; undefined where there are none. */
export function within(event: RecordedEvent, from: number, to: number): RecordedEvent | undefined {
  const columns = event.data as ReadingColumns;
  const { time } = columns;
  const isIn = (at: number): boolean => at >= from && at < to;
  // Nearly always, and nothing is made for it.
  if (time.every(isIn)) return event;
  const kept = time.flatMap((at, i) => (isIn(at) ? [i] : []));
  if (kept.length === 0) return undefined;
  const pick = <T>(column: readonly T[]): T[] => kept.map((i) => column[i]!);
  const fields = Object.entries(columns.fields).map(([name, column]): [string, FieldColumn] => [
    name,
    Array.isArray(column)
      ? (pick(column as never[]) as FieldColumn)
      : Object.fromEntries(Object.entries(column).map(([part, values]) => [part, pick(values)])),
  ]);
  return { ...event, data: { ...columns, time: pick(time), fields: Object.fromEntries(fields) } };
}
