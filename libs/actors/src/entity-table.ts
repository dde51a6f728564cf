/** The live entities of one thread, by stream, and in the order they were last used. */
import type { Entity } from './entity.js';

export class EntityTable {
  private readonly byStream = new Map<string, Entity>();
  private oldest: Entity | undefined;
  private newest: Entity | undefined;

  get size(): number {
    return this.byStream.size;
  }

  get(stream: string): Entity | undefined {
    return this.byStream.get(stream);
  }

  add(entity: Entity): void {
    this.byStream.set(entity.stream, entity);
    this.link(entity);
  }

  remove(entity: Entity): void {
    if (!this.byStream.delete(entity.stream)) return;
    this.unlink(entity);
  }

  touch(entity: Entity): void {
    if (this.newest === entity) return;
    this.unlink(entity);
    this.link(entity);
  }

  values(): IterableIterator<Entity> {
    return this.byStream.values();
  }

  /** From the least recently used on; stops when `visit` says false. The visited entity may be removed. */
  fromOldest(visit: (entity: Entity) => boolean): void {
    let entity = this.oldest;
    while (entity) {
      const { newer } = entity;
      if (!visit(entity)) return;
      entity = newer;
    }
  }

  private link(entity: Entity): void {
    entity.older = this.newest;
    entity.newer = undefined;
    if (this.newest) this.newest.newer = entity;
    else this.oldest = entity;
    this.newest = entity;
  }

  private unlink(entity: Entity): void {
    if (entity.older) entity.older.newer = entity.newer;
    else this.oldest = entity.newer;
    if (entity.newer) entity.newer.older = entity.older;
    else this.newest = entity.older;
    entity.older = undefined;
    entity.newer = undefined;
  }
}
