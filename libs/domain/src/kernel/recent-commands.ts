/** The commands an entity remembers, so that one that arrives again gets its first answer. */
import { reject, repeat, type Decision, type Happened, type Told } from './decider.js';

/** How many commands that can arrive again an entity remembers at least: an hour of one a second and more, at under 1 MB
 *  for the busiest entity. A retry that comes later than this many newer commands is taken as new. */
export const REMEMBERED_COMMANDS_MAX = 4_096;
/** Remembering one more copies at most one chunk of this many. */
const CHUNK = 64;

interface Remembered {
  /** Of the first event of the command. */
  revision: number;
  bodyHash: string;
}
type Chunk = ReadonlyMap<string, Remembered>;
export type FrozenCommands = [commandId: string, revision: number, bodyHash: string][];

/** Immutable. Chunks are full but for the newest, so that the same history gives the same chunks, thawed or not. */
export class RecentCommands {
  static readonly none = new RecentCommands([], new Map());

  private constructor(
    private readonly full: readonly Chunk[],
    private readonly newest: Chunk,
  ) {}

  get size(): number {
    return this.full.length * CHUNK + this.newest.size;
  }

  find(commandId: string): Remembered | undefined {
    const found = this.newest.get(commandId);
    if (found !== undefined) return found;
    for (let i = this.full.length - 1; i >= 0; i--) {
      const older = this.full[i]!.get(commandId);
      if (older !== undefined) return older;
    }
    return undefined;
  }

  /** Only what can arrive again, and only its first event, is remembered. */
  after({ commandId, bodyHash, revision }: Pick<Happened<unknown>, 'commandId' | 'bodyHash' | 'revision'>): RecentCommands {
    if (bodyHash === undefined || this.find(commandId) !== undefined) return this;
    const newest = new Map(this.newest).set(commandId, { revision, bodyHash });
    if (newest.size < CHUNK) return new RecentCommands(this.full, newest);
    const surplus = Math.max(0, this.full.length + 1 - REMEMBERED_COMMANDS_MAX / CHUNK);
    return new RecentCommands([...this.full.slice(surplus), newest], new Map());
  }

  /** The decision on a command that was decided before; undefined for a new one. */
  decideAgain(told: Told<unknown>): Decision<never> | undefined {
    if (told.bodyHash === undefined) return undefined;
    const before = this.find(told.commandId);
    if (before === undefined) return undefined;
    if (before.bodyHash === told.bodyHash) return repeat(before.revision);
    return reject('idempotency.key-reused', 'the same key was used before with another body; nothing was stored');
  }

  freeze(): FrozenCommands {
    return [...this.full, this.newest].flatMap((chunk) =>
      [...chunk].map(([commandId, { revision, bodyHash }]): FrozenCommands[number] => [commandId, revision, bodyHash]),
    );
  }

  static thaw(frozen: FrozenCommands): RecentCommands {
    if (frozen.length === 0) return RecentCommands.none;
    const chunks: Chunk[] = [];
    for (let i = 0; i < frozen.length; i += CHUNK) {
      chunks.push(new Map(frozen.slice(i, i + CHUNK).map(([commandId, revision, bodyHash]) => [commandId, { revision, bodyHash }])));
    }
    const newest = frozen.length % CHUNK === 0 ? new Map<string, Remembered>() : chunks.pop()!;
    return new RecentCommands(chunks, newest);
  }
}
