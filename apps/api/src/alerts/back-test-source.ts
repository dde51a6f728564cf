/** What a back-test looks at: events of the streams of devices, a page at a time, in order of position. */
import { upcastEvent, type FieldColumn, type ReadingColumns, type RecordedEvent } from '#contracts';
import { BATCH_BYTES_MAX, firstRevision, type EventLog } from '#ports';

/** A clock of a device may be fast by so much: what arrived earlier than that before a range is not looked at. */
const CLOCK_AHEAD_MS = 86_400_000;
/** So that memory stays small and others get their turn. */
const READINGS_A_PAGE = 50_000;
const EVENTS_A_PAGE_MIN = 16;
const EVENTS_A_PAGE_MAX = 4_096;
/** A large event each is held while the places of streams are looked for. */
const OPENED_AT_ONCE = 8;

/** Several streams as one, by position, each from the first event that arrived at or after `from`. */
export async function* mergedPages(log: EventLog, streams: readonly string[], from: number | undefined): AsyncGenerator<RecordedEvent[]> {
  const open = (stream: string): Promise<Pages> => Pages.open(log, stream, { from, bytesMax: BATCH_BYTES_MAX / streams.length });
  if (streams.length === 1) return yield* (await open(streams[0]!)).all();
  const live: Cursor[] = [];
  for (let at = 0; at < streams.length; at += OPENED_AT_ONCE) {
    const some = streams.slice(at, at + OPENED_AT_ONCE).map(async (stream) => Cursor.open(await open(stream)));
    live.push(...(await Promise.all(some)).filter((cursor) => cursor !== undefined));
  }
  let page: RecordedEvent[] = [];
  while (live.length > 0) {
    const first = live.reduce((best, cursor) => (cursor.position < best.position ? cursor : best));
    page.push(await first.event());
    // Ahead of what it reads next, so that no more is held than a page a stream.
    if (first.isLast || page.length >= EVENTS_A_PAGE_MAX) {
      yield page;
      page = [];
    }
    if (!(await first.next())) live.splice(live.indexOf(first), 1);
  }
  if (page.length > 0) yield page;
}

/** One stream, a page at a time; no events at its end. */
class Pages {
  private limit = EVENTS_A_PAGE_MIN;

  private constructor(
    private readonly log: EventLog,
    private readonly stream: string,
    private readonly bytesMax: number,
    private revision: number,
  ) {}

  static async open(log: EventLog, stream: string, { from, bytesMax }: { from: number | undefined; bytesMax: number }): Promise<Pages> {
    return new Pages(log, stream, bytesMax, from === undefined ? 0 : await firstArrivedFrom(log, stream, from - CLOCK_AHEAD_MS));
  }

  async next(): Promise<RecordedEvent[]> {
    const page = await this.read(this.revision, this.limit);
    this.revision += page.length;
    const readings = page.reduce((sum, event) => sum + sizeOf(event), 0);
    const next = Math.round((page.length * READINGS_A_PAGE) / Math.max(1, readings));
    this.limit = Math.min(EVENTS_A_PAGE_MAX, this.limit * 8, Math.max(EVENTS_A_PAGE_MIN, next));
    return page;
  }

  async *all(): AsyncGenerator<RecordedEvent[]> {
    for (let page = await this.next(); page.length > 0; page = await this.next()) yield page;
  }

  /** The next page begins with it again. */
  giveBack(event: RecordedEvent): void {
    this.revision = event.revision;
  }

  async again(revision: number): Promise<RecordedEvent> {
    return (await this.read(revision, 1))[0]!;
  }

  private async read(revision: number, limit: number): Promise<RecordedEvent[]> {
    return (await this.log.readStream(this.stream, revision, limit, this.bytesMax)).map(upcastEvent);
  }
}

/** Where one of several streams is. The last event of a page may be a large one, however little fits into a page, and there may be a thousand
 *  streams: so it is held only once its turn has come. */
class Cursor {
  position = 0;
  private revision = 0;
  private page: RecordedEvent[] = [];
  private at = 0;

  private constructor(private readonly pages: Pages) {}

  /** Undefined where there is nothing. */
  static async open(pages: Pages): Promise<Cursor | undefined> {
    const cursor = new Cursor(pages);
    return (await cursor.next()) ? cursor : undefined;
  }

  /** Whether another page is read for the next one. */
  get isLast(): boolean {
    return this.at >= this.page.length - 1;
  }

  async event(): Promise<RecordedEvent> {
    return this.page[this.at] ?? this.pages.again(this.revision);
  }

  async next(): Promise<boolean> {
    if (this.isLast) {
      [this.page, this.at] = [[], 0];
      const page = await this.pages.next();
      const last = page.at(-1);
      if (!last) return false;
      if (page.length > 1) this.pages.giveBack(last);
      ({ position: this.position, revision: this.revision } = page[0]!);
      this.page = page.slice(0, -1);
      return true;
    }
    this.at++;
    ({ position: this.position, revision: this.revision } = this.page[this.at]!);
    return true;
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
