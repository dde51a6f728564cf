/** Whether anybody anywhere listens to a room: what is held here, and what the others tell. Where it cannot be known, the answer is yes. */
import { randomUUID } from 'node:crypto';
import { REPLICA_SILENT_MS_MAX, RoomsElsewhere, type RoomsNote } from './rooms-elsewhere.js';

export type CensusNote = RoomsNote | { asks: string };

export interface CensusConfig {
  /** To all others, and back to ourselves. Lost where they are not reachable. */
  tell: (note: CensusNote) => void;
  /** How many processes there are, this one included. */
  countProcesses: () => Promise<number>;
  /** Nobody knows what was skipped while something was missed. */
  onMissed: () => void;
  now: () => number;
}

const TICK_MS = 1_000;
/** A question that found no ears, or not ours, is asked again: at once at first, since until then everything is published. */
const FIRST_REPEAT_MS = 20;

interface Question {
  id: string;
  /** How many have to answer; not known until our own question has come back, which shows that we hear. */
  expected: number;
  answered: Set<string>;
  missed: boolean;
}

export class Census {
  private readonly elsewhere = new RoomsElsewhere();
  private readonly held = new Set<string>();
  private version = 0;
  private changed = new Map<string, boolean>();
  private question: Question | undefined;
  private tickedAt: number;
  private readonly timer: NodeJS.Timeout;
  private closed = false;

  constructor(private readonly config: CensusConfig) {
    this.tickedAt = config.now();
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.timer.unref();
    this.ask(false);
  }

  get replicas(): number {
    return this.elsewhere.size;
  }

  hasListeners(room: string): boolean {
    return this.held.has(room) || this.elsewhere.has(room) || this.question !== undefined;
  }

  hasListenersWithin(prefix: string): boolean {
    if (this.question !== undefined || this.elsewhere.hasWithin(prefix)) return true;
    for (const room of this.held) if (room.startsWith(prefix)) return true;
    return false;
  }

  /** Ours; told at the end of this turn of the event loop. */
  hold(room: string, holding: boolean): void {
    if (holding) this.held.add(room);
    else this.held.delete(room);
    if (this.changed.size === 0) setImmediate(() => this.tellChanges());
    this.changed.set(room, holding);
  }

  hear(from: string, own: boolean, note: CensusNote): void {
    if ('asks' in note) {
      if (own) this.heardOurselves(note.asks);
      else this.config.tell({ version: this.version, all: [...this.held], answers: note.asks });
    } else if (!own) {
      if (!this.elsewhere.hear(from, note, this.config.now())) this.ask(true);
      if (note.answers !== undefined && note.answers === this.question?.id) {
        this.question.answered.add(from);
        this.settle();
      }
    }
  }

  /** Nothing was heard for a time: what is known may have changed. */
  deaf(): void {
    this.ask(true);
  }

  close(): void {
    clearInterval(this.timer);
    this.config.tell({ version: this.version, gone: true });
    this.closed = true;
  }

  private tellChanges(): void {
    if (this.closed) return;
    const of = (wanted: boolean): string[] => [...this.changed].flatMap(([room, holding]) => (holding === wanted ? [room] : []));
    const [add, drop] = [of(true), of(false)];
    this.changed.clear();
    this.config.tell({ version: ++this.version, add, drop });
  }

  private tick(): void {
    const now = this.config.now();
    // We stood still ourselves: what the others said meanwhile has not been read yet.
    const stoodStill = now - this.tickedAt > REPLICA_SILENT_MS_MAX / 2;
    this.tickedAt = now;
    if (stoodStill) this.ask(true);
    else this.elsewhere.expire(now);
    this.config.tell({ version: this.version });
  }

  private ask(missed: boolean): void {
    if (this.question) return;
    this.question = { id: randomUUID(), expected: Infinity, answered: new Set(), missed };
    this.repeat(this.question.id, FIRST_REPEAT_MS);
  }

  private repeat(id: string, delayMs: number): void {
    if (this.closed || id !== this.question?.id) return;
    this.config.tell({ asks: id });
    setTimeout(() => this.repeat(id, Math.min(2 * delayMs, TICK_MS)), delayMs).unref();
  }

  private heardOurselves(id: string): void {
    if (id !== this.question?.id) return;
    this.config.countProcesses().then(
      (count) => {
        if (id !== this.question?.id) return;
        this.question.expected = count - 1;
        this.settle();
      },
      () => undefined,
    );
  }

  private settle(): void {
    const { question } = this;
    if (!question || question.answered.size < question.expected) return;
    this.question = undefined;
    if (question.missed) this.config.onMissed();
  }
}
