/** A log whose positions have gaps, as those of commits have: each is about a thousand behind the one before. */
import { createMemoryEventLog, type MemoryEventLog } from '#adapters/memory';
import type { RecordedEvent } from '#contracts';
import { EventLog, type AppendRequest, type AppendResult, type Follower, type FollowOptions, type Snapshot } from '#ports';

const outer = (position: number): number => (position === 0 ? 0 : position * 1_000 + (position % 7));
/** The last event at or before this position. */
const inner = (position: number): number => {
  const near = Math.floor(position / 1_000);
  return outer(near) > position ? near - 1 : near;
};
const shifted = (events: RecordedEvent[]): RecordedEvent[] => events.map((event) => ({ ...event, position: outer(event.position) }));

export class GappyLog extends EventLog {
  private readonly log: MemoryEventLog = createMemoryEventLog();

  async append(request: AppendRequest): Promise<AppendResult> {
    const result = await this.log.append(request);
    return result.ok ? { ...result, position: outer(result.position), lastPosition: outer(result.lastPosition) } : result;
  }
  async readStream(stream: string, fromRevision: number, limit: number, bytesMax?: number): Promise<RecordedEvent[]> {
    return shifted(await this.log.readStream(stream, fromRevision, limit, bytesMax));
  }
  async readAll(afterPosition: number, limit: number, bytesMax?: number): Promise<RecordedEvent[]> {
    return shifted(await this.log.readAll(inner(afterPosition), limit, bytesMax));
  }
  async head(): Promise<number> {
    return outer(await this.log.head());
  }
  follow(afterPosition: number, options: FollowOptions, handle: (events: RecordedEvent[]) => Promise<void>): Follower {
    return this.log.follow(inner(afterPosition), options, (events) => handle(shifted(events)));
  }
  saveSnapshot(snapshot: Snapshot): Promise<void> {
    return this.log.saveSnapshot(snapshot);
  }
  loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    return this.log.loadSnapshot(stream);
  }
  close(): Promise<void> {
    return this.log.close();
  }
}
