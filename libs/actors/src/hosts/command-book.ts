/** What one shard's thread was told and has not answered, and in which order it is told what: all at once, or suspects alone. Runs with its supervisor. */
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import { backOffMs, type RuntimeLimits } from '../limits.js';
import { judge, type Held } from './blame.js';
import { Tickets } from './tickets.js';

/** A suspect is tried with nothing beside it, unless what is beside it does not end: then it had its time to be the culprit. */
const ALONE_WAIT_MS = 1_000;

export interface CommandBookOptions {
  limits: Pick<RuntimeLimits, 'backOffFirstMs' | 'backOffMaxMs' | 'parkAfterTries'>;
  now(): number;
  /** Gives commands to the thread. */
  deliver(commands: Held[]): void;
  /** Takes a command out of the way that killed the thread too often. */
  park(command: Held): void;
}

export class CommandBook {
  private outbox: Held[] = [];
  private readonly sent = new Tickets<Held>();
  private sendings = 0;
  /** Groups that wait to be tried alone, and from when on. */
  private suspects: { group: Held[]; from: number }[] = [];
  private alone: Held[] | undefined;
  private delivering = false;
  private flushScheduled = false;
  private flushTimer: NodeJS.Timeout | undefined;

  constructor(private readonly options: CommandBookOptions) {}

  add(envelope: CommandEnvelope, resolve: Held['resolve']): void {
    this.outbox.push({ envelope, ticket: 0, order: 0, resolve, retried: envelope.redelivered === true, crashes: 0, blame: 0 });
    if (this.flushScheduled) return;
    this.flushScheduled = true;
    // What was dispatched together goes in one message: the queue hands over what a tick brought.
    queueMicrotask(() => {
      this.flushScheduled = false;
      this.flush();
    });
  }

  /** The thread takes commands from now on. */
  threadIsUp(): void {
    this.delivering = true;
    this.flush();
  }

  answered(ticket: number, answer: CommandAnswer): void {
    this.sent.take(ticket)?.resolve(answer);
  }

  /** After the answers of one message. */
  afterAnswers(): void {
    if (this.alone?.some((command) => this.sent.has(command.ticket))) return;
    const next = this.alone !== undefined || (this.suspects.length > 0 && this.sent.size === 0);
    this.alone = undefined;
    if (next) this.flush();
  }

  /** The thread is gone; `deciding` names the command whose code ran. Returns how many it held. */
  threadDied(deciding: number | undefined): number {
    this.delivering = false;
    const held = this.sent.takeAll().sort((a, b) => a.order - b.order);
    for (const command of held) command.retried = true;
    const alone = this.alone?.filter((command) => held.includes(command));
    this.alone = undefined;
    const verdict = judge({ held, deciding, alone });
    this.outbox = verdict.again.concat(this.outbox);
    this.suspects.push(...verdict.alone.map((group) => ({ group, from: 0 })));
    if (verdict.culprit) this.sentence(verdict.culprit);
    this.suspects.sort((a, b) => a.from - b.from);
    return held.length;
  }

  close(): void {
    this.delivering = false;
    clearTimeout(this.flushTimer);
  }

  private sentence(culprit: Held): void {
    const { limits, now, park } = this.options;
    if (culprit.blame >= limits.parkAfterTries) park(culprit);
    else this.suspects.push({ group: [culprit], from: now() + backOffMs(culprit.blame, limits) });
  }

  private flush(): void {
    if (!this.delivering || this.alone) return;
    const due = this.suspects[0];
    const waitMs = due ? due.from - this.options.now() : 0;
    if (due && waitMs <= 0) {
      // Nothing new until what is under way has ended, or has shown that it is not what kills.
      if (this.sent.size > 0 && waitMs > -ALONE_WAIT_MS) return this.flushIn(ALONE_WAIT_MS + waitMs);
      this.suspects.shift();
      this.alone = due.group;
      return this.deliver(due.group);
    }
    if (due) this.flushIn(waitMs);
    if (this.outbox.length === 0) return;
    const commands = this.outbox;
    this.outbox = [];
    this.deliver(commands);
  }

  private flushIn(delayMs: number): void {
    clearTimeout(this.flushTimer);
    this.flushTimer = setTimeout(() => this.flush(), delayMs + 1);
  }

  private deliver(commands: Held[]): void {
    for (const command of commands) {
      command.ticket = this.sent.put(command);
      command.order = this.sendings++;
    }
    this.options.deliver(commands);
  }
}
