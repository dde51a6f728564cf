/** Events, and ways to wait for them, for tests of an event log. */
import { randomUUID } from 'node:crypto';
import type { NewEvent, RecordedEvent } from '#contracts';
import type { AppendResult, EventLog, Follower } from '#ports';

/** An event that carries anything: a log looks into none. Its id is its own, as an event's is. */
export function newEvent(data: unknown, eventId: string = randomUUID()): NewEvent {
  return {
    type: 'ReadingsReceived',
    eventVersion: 1,
    data: data as NewEvent['data'],
    metadata: {
      eventId,
      commandId: 'c',
      accountId: 'a1',
      correlationId: 'k',
      recordedAt: 1_780_000_000_123.456,
      actor: 'device/3',
      writerEpoch: 'w1',
      part: [0, 1],
    },
  };
}

/** Appends one event for each of `data`. */
export function append(log: EventLog, stream: string, expectedRevision: number, ...data: unknown[]): Promise<AppendResult> {
  return log.append({ stream, expectedRevision, events: data.map((each) => newEvent(each)) });
}

/** The same, where a conflict would be a mistake of the test. */
export async function appended(
  log: EventLog,
  stream: string,
  expectedRevision: number,
  ...data: unknown[]
): Promise<{ position: number; lastPosition: number }> {
  const result = await append(log, stream, expectedRevision, ...data);
  if (!result.ok) throw new Error(`${stream} ends at ${result.actualRevision}, not at ${expectedRevision}`);
  return result;
}

export const dataOf = (events: RecordedEvent[]): unknown[] => events.map(({ data }) => data);
export const positionsOf = (events: RecordedEvent[]): number[] => events.map(({ position }) => position);
export const revisionsOf = (events: RecordedEvent[]): number[] => events.map(({ revision }) => revision);

/** Of readings, in columns that can be packed and others, of which some are none. */
export function columnsOfManyKinds(): unknown[] {
  const time = Array.from({ length: 600 }, (_, n) => 1_780_000_000_000 + n / 8);
  const fields = {
    t: time.map((at) => at / 7),
    gaps: time.map((at, n) => (n % 3 === 0 ? null : at)),
    at: { lat: time, lon: [-0, 1e-300] },
  };
  const columns = { schemaVersion: 1, time, seq: [...time.keys()], fields };
  const texts = { ...columns, seq: time.map(String), fields: { t: time.map(String) } };
  const strange = [time, { time: 'x'.repeat(5_000), fields: [null, time] }, { seq: ['1', ...time], fields: { t: { deep: { time } } } }];
  return [columns, ...strange, 'small', texts, { fields: null, time }];
}

/** As `readAll` gives an event that a scan gave. */
export const unpacked = (event: RecordedEvent): RecordedEvent => ({ ...event, data: plain(event.data) as RecordedEvent['data'] });

/** The same, with arrays in place of typed arrays: as JSON gives it. */
export function plain(value: unknown): unknown {
  if (value instanceof Float64Array || Array.isArray(value)) return Array.from(value as unknown[], plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

/** Every event of the log, by pages. */
export async function everything(log: EventLog, limit = 1_000): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let page = await log.readAll(0, limit); page.length > 0; page = await log.readAll(events.at(-1)!.position, limit))
    events.push(...page);
  return events;
}

/** Follows a log and keeps what it saw. */
export class Collector {
  readonly events: RecordedEvent[] = [];
  readonly batches: number[] = [];
  readonly follower: Follower;
  #check: (() => void) | undefined;

  constructor(log: EventLog, afterPosition: number, batchMax = 100, slowly: () => Promise<void> = async () => undefined) {
    this.follower = log.follow(afterPosition, { batchMax }, async (events) => {
      await slowly();
      this.events.push(...events);
      this.batches.push(events.length);
      this.#check?.();
    });
  }

  /** Resolves when so many events came; rejects when the following ended before. */
  count(n: number): Promise<RecordedEvent[]> {
    return new Promise((resolve, reject) => {
      this.#check = () => (this.events.length >= n ? resolve(this.events) : undefined);
      this.#check();
      this.follower.done.then(() => reject(new Error(`ended after ${this.events.length} events`)), reject);
    });
  }
}

/** A gate for handlers: closed at first. */
export class Gate {
  readonly reached: Promise<void>;
  readonly #opened: Promise<void>;
  #reach!: () => void;
  open!: () => void;

  constructor() {
    this.reached = new Promise((resolve) => (this.#reach = resolve));
    this.#opened = new Promise((resolve) => (this.open = resolve));
  }

  readonly pass = (): Promise<void> => {
    this.#reach();
    return this.#opened;
  };
}
