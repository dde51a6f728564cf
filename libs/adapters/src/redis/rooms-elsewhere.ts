/** Which rooms the other replicas hold, as they tell: what changed at once, and a sign of life each second. */

/** What one replica tells. `version` counts its changes, so that whoever missed one knows. */
export interface RoomsNote {
  version: number;
  add?: string[];
  drop?: string[];
  /** Everything it holds: the answer to a question. */
  all?: string[];
  /** Which question, where it is an answer. */
  answers?: string;
  /** It ends. */
  gone?: boolean;
}

interface Replica {
  version: number;
  rooms: Set<string>;
  heardAt: number;
}

/** Without a sign of life for so long, nobody listens there any more. */
export const REPLICA_SILENT_MS_MAX = 5_000;

export class RoomsElsewhere {
  private readonly replicas = new Map<string, Replica>();
  private readonly counts = new Map<string, number>();

  has(room: string): boolean {
    return this.counts.has(room);
  }

  hasWithin(prefix: string): boolean {
    for (const room of this.counts.keys()) if (room.startsWith(prefix)) return true;
    return false;
  }

  get size(): number {
    return this.replicas.size;
  }

  /** False where something was missed: it has to be asked for everything. */
  hear(from: string, note: RoomsNote, now: number): boolean {
    if (note.gone) {
      this.forget(from);
      return true;
    }
    const known = this.replicas.get(from);
    if (note.all) {
      this.forget(from);
      const replica = { version: note.version, rooms: new Set<string>(), heardAt: now };
      this.replicas.set(from, replica);
      for (const room of note.all) this.add(replica, room);
      return true;
    }
    const changes = note.add || note.drop ? 1 : 0;
    // The first that is heard of one that has only just begun.
    const replica = known ?? { version: 0, rooms: new Set<string>(), heardAt: now };
    if (replica.version + changes !== note.version) return replica.version >= note.version && known !== undefined;
    this.replicas.set(from, replica);
    replica.version = note.version;
    replica.heardAt = now;
    for (const room of note.drop ?? []) this.drop(replica, room);
    for (const room of note.add ?? []) this.add(replica, room);
    return true;
  }

  expire(now: number): void {
    for (const [from, { heardAt }] of [...this.replicas]) if (now - heardAt > REPLICA_SILENT_MS_MAX) this.forget(from);
  }

  private forget(from: string): void {
    const replica = this.replicas.get(from);
    if (!replica) return;
    for (const room of [...replica.rooms]) this.drop(replica, room);
    this.replicas.delete(from);
  }

  private add(replica: Replica, room: string): void {
    if (replica.rooms.has(room)) return;
    replica.rooms.add(room);
    this.counts.set(room, (this.counts.get(room) ?? 0) + 1);
  }

  private drop(replica: Replica, room: string): void {
    if (!replica.rooms.delete(room)) return;
    const left = this.counts.get(room)! - 1;
    if (left === 0) this.counts.delete(room);
    else this.counts.set(room, left);
  }
}
