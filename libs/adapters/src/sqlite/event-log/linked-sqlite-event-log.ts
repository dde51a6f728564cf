/** The event log as any thread has it: appends go to its writer, wherever that is; reads to a connection of its own. */
import type { RecordedEvent } from '#contracts';
import { EventLog, LogClosedError, type AppendRequest, type AppendResult, type Follower, type FollowOptions, type Snapshot } from '#ports';
import { LogFollowers } from '../../shared/log-followers.js';
import { LogReader } from './log-reader.js';
import type { WriterLink } from './writer-link.js';

/** How appends and snapshots reach the writer, and how one hears of what others append. */
export type WayToWriter = Pick<WriterLink, 'append' | 'saveSnapshot' | 'tellAbove' | 'close'>;

export class LinkedSqliteEventLog extends EventLog {
  protected readonly reader: LogReader;
  readonly #link: WayToWriter;
  readonly #followers: LogFollowers;
  #closed = false;

  constructor(dir: string, linkTo: (onHead: (head: number) => void) => WayToWriter) {
    super();
    this.reader = new LogReader(dir);
    this.#followers = new LogFollowers({
      readAll: (after, limit, bytesMax, wants) => this.readAll(after, limit, bytesMax, wants),
      askForHeadAbove: () => this.#ask(),
    });
    this.#link = linkTo((head) => {
      this.#followers.advance(head);
      this.#ask();
    });
  }

  async append(request: AppendRequest): Promise<AppendResult> {
    this.mustBeOpen();
    return this.#link.append(request);
  }

  async readStream(stream: string, fromRevision: number, limit: number, bytesMax = Infinity): Promise<RecordedEvent[]> {
    this.mustBeOpen();
    return this.reader.readStream(stream, fromRevision, limit, bytesMax);
  }

  async readAll(afterPosition: number, limit: number, bytesMax = Infinity, wants?: FollowOptions['wants']): Promise<RecordedEvent[]> {
    this.mustBeOpen();
    return this.reader.readAll(afterPosition, limit, bytesMax, wants);
  }

  async head(): Promise<number> {
    this.mustBeOpen();
    return this.reader.head();
  }

  follow(afterPosition: number, options: FollowOptions, handle: (events: RecordedEvent[]) => Promise<void>): Follower {
    this.mustBeOpen();
    return this.#followers.follow(afterPosition, options, handle);
  }

  async saveSnapshot(snapshot: Snapshot): Promise<void> {
    this.mustBeOpen();
    return this.#link.saveSnapshot(snapshot);
  }

  async loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    this.mustBeOpen();
    return this.reader.loadSnapshot(stream);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([this.#link.close(), this.#followers.close(), this.closeScans()]);
    this.reader.close();
  }

  protected get isClosed(): boolean {
    return this.#closed;
  }

  protected async closeScans(): Promise<void> {}

  protected mustBeOpen(): void {
    if (this.#closed) throw new LogClosedError('the log is closed');
  }

  #ask(): void {
    const position = this.#followers.lowestWait();
    if (position !== undefined) this.#link.tellAbove(position);
  }
}
