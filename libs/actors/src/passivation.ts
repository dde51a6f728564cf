/** Lets entities go that nobody uses, and writes the snapshots that make their return cheap. A snapshot that fails costs time later, nothing else. */
import type { Entity } from './entity.js';
import type { EntityTable } from './entity-table.js';
import type { ShardContext } from './shard-context.js';
import { freezeSnapshot } from './snapshot-form.js';

/** Sweeps in one idle time: an entity leaves at most an eighth late. */
const SWEEPS = 8;
const SWEEP_MS_MIN = 10;
const SWEEP_MS_MAX = 15_000;
/** Busy entities are rarely among the oldest: looking further would only cost. */
const MAKE_ROOM_LOOKS = 32;

export class Passivation {
  private readonly timer: NodeJS.Timeout;
  private readonly writing = new Set<Promise<void>>();

  constructor(
    private readonly context: ShardContext,
    private readonly entities: EntityTable,
  ) {
    const everyMs = Math.min(Math.max(context.limits.idleMs / SWEEPS, SWEEP_MS_MIN), SWEEP_MS_MAX);
    this.timer = setInterval(() => this.sweep(), everyMs);
    this.timer.unref();
  }

  /** After each turn. */
  afterTurn(entity: Entity): void {
    if (entity.eventsSinceSnapshot >= this.context.limits.snapshotEveryEvents && !entity.snapshotting) this.snapshot(entity);
  }

  /** Before an entity is added: the least recently used idle ones make room. Where all are busy, what is in flight bounds their number. */
  makeRoom(): void {
    this.shrinkTo(this.context.limits.entitiesMax - 1);
  }

  /** After an entity has become idle: more may have been busy at once than the budget allows. */
  trim(): void {
    if (this.writing.size < this.context.limits.snapshotsMax) this.shrinkTo(this.context.limits.entitiesMax);
  }

  /** Lets go of what was idle too long; what does not fit into this sweep goes with the next. */
  sweep(): void {
    const { limits, now } = this.context;
    const usedBefore = now() - limits.idleMs;
    this.entities.fromOldest((entity) => {
      if (entity.usedAt > usedBefore || this.writing.size >= limits.snapshotsMax) return false;
      if (!entity.busy) this.passivate(entity);
      return true;
    });
  }

  /** At a stop: as many snapshots as the time allows. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    const { limits, now } = this.context;
    const until = now() + limits.stopSnapshotsMs;
    for (const entity of this.entities.values()) {
      if (now() > until) break;
      if (entity.loaded && entity.eventsSinceSnapshot > 0) this.snapshot(entity);
      if (this.writing.size >= limits.snapshotsMax) await Promise.race(this.writing);
    }
    await Promise.all(this.writing);
  }

  private shrinkTo(size: number): void {
    let looks = MAKE_ROOM_LOOKS;
    this.entities.fromOldest((entity) => {
      if (this.entities.size <= size || looks-- === 0) return false;
      if (!entity.busy) this.passivate(entity);
      return true;
    });
  }

  private passivate(entity: Entity): void {
    if (entity.loaded && entity.eventsSinceSnapshot > 0) this.snapshot(entity);
    this.entities.remove(entity);
    this.context.stats.add('passivations');
    this.context.stats.add('entities', -1);
  }

  private snapshot(entity: Entity): void {
    entity.eventsSinceSnapshot = 0;
    entity.snapshotting = true;
    const written: Promise<void> = this.write(entity).finally(() => {
      entity.snapshotting = false;
      this.writing.delete(written);
      this.trim();
    });
    this.writing.add(written);
  }

  private async write(entity: Entity): Promise<void> {
    const { log, stats } = this.context;
    const { stream, revision } = entity;
    try {
      const state = freezeSnapshot(entity);
      await log.saveSnapshot({ stream, revision, snapshotVersion: entity.behaviour.snapshotVersion, state });
      stats.add('snapshots');
    } catch {
      stats.add('snapshotFailures');
    }
  }
}
