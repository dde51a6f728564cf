/** The stand-in's log: streams, their metadata, and the order of all events, in memory over one file. */
import { randomUUID } from 'node:crypto';
import { BodyCache } from './body-cache.js';
import { checkCommit, type CommitCheck, type StreamState } from './commit-check.js';
import { decodeRecords, encodeRecords, TOMBSTONE_TYPE, type EventBody, type ProposedEvent, type StoredEvent } from './event-record.js';
import { LogFile } from './log-file.js';
import {
  DELETING_METADATA,
  isDeleted,
  isMetastream,
  metastreamOf,
  originalOf,
  parseMetadata,
  revivedMetadata,
  type StreamMetadata,
} from './stream-metadata.js';

export type Written = { written: true; lastRevision: number; position: number };
export type Refused = { written: false; why: 'wrong-revision'; current: number } | { written: false; why: 'deleted' };

export interface Stream {
  /** By revision; those at the end may not be durable yet. */
  events: StoredEvent[];
  tombstoned: boolean;
  metadata: StreamMetadata | undefined;
}

/** Ids that `any` recognises: best effort, as on the server, whose cache is larger. */
const RECENT_IDS_MAX = 100_000;

export class EventStore {
  /** In order of their positions; the first `durable` of them can be read. */
  readonly all: StoredEvent[] = [];
  /** Set by a fault: called in the middle of writing the next append, which is then lost. */
  tearNextWrite: (() => void) | undefined;
  readonly #file: LogFile;
  readonly #cache: BodyCache;
  readonly #streams = new Map<string, Stream>();
  readonly #recent = new Map<string, StoredEvent>();
  readonly #listeners = new Set<() => void>();
  #durable = 0;

  constructor(dir: string) {
    this.#file = new LogFile(dir);
    this.#cache = new BodyCache(this.#file);
    this.#file.recover((body, at) => {
      for (const event of decodeRecords(body, at)) {
        this.#apply(event);
        event.body = undefined;
      }
    });
    this.#durable = this.all.length;
  }

  get durable(): number {
    return this.#durable;
  }

  async append(stream: string, expected: number, events: ProposedEvent[]): Promise<Written | Refused> {
    const state = this.#stateOf(stream);
    const check = checkCommit(state, expected, events, (id) => this.#recent.get(id));
    if (check.decision !== 'ok') return this.#answer(check);
    const revision = state.events.length;
    const written = this.#commit(stream, revision, events);
    if (check.revives) await this.#revive(stream, revision);
    else if (isMetastream(stream) && state.softDeletedOriginal)
      await this.#revive(originalOf(stream), this.#lastOf(originalOf(stream)) + 1);
    return written;
  }

  async delete(stream: string, expected: number, { hard }: { hard: boolean }): Promise<Written | Refused> {
    const state = this.#stateOf(stream);
    const proposed = { id: randomUUID(), type: '$metadata', isJson: true, data: DELETING_METADATA, metadata: new Uint8Array() };
    const check = checkCommit(state, expected, [proposed], () => undefined);
    if (check.decision !== 'ok') return this.#answer(check);
    if (hard) return this.#commit(stream, 0, [{ ...proposed, type: TOMBSTONE_TYPE, isJson: false, data: new Uint8Array() }]);
    if (state.events.length === 0 && !state.hasMetadata) return { written: false, why: 'wrong-revision', current: -1 };
    return this.#commit(metastreamOf(stream), this.#lastOf(metastreamOf(stream)) + 1, [proposed]);
  }

  stream(name: string): Stream | undefined {
    return this.#streams.get(name);
  }

  bodyOf(event: StoredEvent): EventBody {
    return this.#cache.bodyOf(event);
  }

  /** Index in `all` of the first event at or above a position. */
  indexOf(position: number): number {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.all[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  isDurable(event: StoredEvent): boolean {
    return this.#durable === this.all.length || event.position < this.all[this.#durable]!.position;
  }

  /** Calls back after each commit. Returns the way to stop. */
  onDurable(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #commit(stream: string, firstRevision: number, events: ProposedEvent[]): Promise<Written> {
    const { body, stored } = encodeRecords(stream, firstRevision, events, { at: this.#file.nextBody, created: Date.now() });
    const torn = this.tearNextWrite;
    if (torn) {
      this.tearNextWrite = undefined;
      this.#file.appendHalf(body);
      torn();
      return new Promise(() => undefined);
    }
    for (const event of stored) {
      this.#apply(event);
      this.#cache.keep(event);
      this.#recent.set(event.id, event);
    }
    if (this.#recent.size > RECENT_IDS_MAX) for (const id of [...this.#recent.keys()].slice(0, RECENT_IDS_MAX / 2)) this.#recent.delete(id);
    await this.#file.append(body);
    this.#durable += stored.length;
    for (const listener of this.#listeners) listener();
    const last = stored.at(-1)!;
    return { written: true, lastRevision: last.revision, position: last.position };
  }

  async #answer(check: Exclude<CommitCheck, { decision: 'ok' }>): Promise<Written | Refused> {
    if (check.decision === 'deleted') return { written: false, why: 'deleted' };
    if (check.decision === 'wrong-revision') return { written: false, why: 'wrong-revision', current: check.current };
    const { last } = check;
    while (!this.isDurable(last)) await new Promise<void>((resolve) => this.#once(resolve));
    return { written: true, lastRevision: last.revision, position: last.position };
  }

  #once(listener: () => void): void {
    const stop = this.onDurable(() => {
      stop();
      listener();
    });
  }

  async #revive(stream: string, fromRevision: number): Promise<void> {
    const metadata = this.#streams.get(stream)?.metadata;
    if (!metadata) return;
    const data = revivedMetadata(metadata, fromRevision);
    const event = { id: randomUUID(), type: '$metadata', isJson: true, data, metadata: new Uint8Array() };
    const metastream = metastreamOf(stream);
    await this.#commit(metastream, this.#lastOf(metastream) + 1, [event]);
  }

  #apply(event: StoredEvent): void {
    this.all.push(event);
    const stream = this.#made(event.stream);
    if (event.type === TOMBSTONE_TYPE) stream.tombstoned = true;
    else stream.events.push(event);
    if (isMetastream(event.stream)) this.#made(originalOf(event.stream)).metadata = parseMetadata(this.bodyOf(event).data);
  }

  #made(name: string): Stream {
    let stream = this.#streams.get(name);
    if (!stream) this.#streams.set(name, (stream = { events: [], tombstoned: false, metadata: undefined }));
    return stream;
  }

  #stateOf(name: string): StreamState & { softDeletedOriginal: boolean } {
    const stream = this.#streams.get(name);
    return {
      events: stream?.events ?? [],
      tombstoned: stream?.tombstoned ?? false,
      softDeleted: isDeleted(stream?.metadata),
      hasMetadata: this.#lastOf(metastreamOf(name)) >= 0,
      softDeletedOriginal: isMetastream(name) && isDeleted(this.#streams.get(originalOf(name))?.metadata),
    };
  }

  #lastOf(stream: string): number {
    return (this.#streams.get(stream)?.events.length ?? 0) - 1;
  }
}
