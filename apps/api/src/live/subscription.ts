/** One browser's subscription to one device. It follows the bus while it can, and the log where it must: after a reconnect, and
 *  when the browser was too slow for what is held for it. Positions rise strictly; nothing is left out and nothing comes twice. */
import type { EventLog } from '#ports';
import { type LogPage, readPage, revisionAfter } from './device-log.js';
import { cellsOf, coalesce, type DeviceMessage, isReadings, onlyFields } from './messages.js';

/** Values held for a browser that cannot take them, a subscription; beyond, they are let go and read from the log again. */
export const HELD_CELLS_MAX = 100_000;
/** Values in one message: a browser draws it in a frame or two. */
const MESSAGE_CELLS_MAX = 50_000;

export interface SubscriptionConfig {
  log: EventLog;
  stream: string;
  deviceId: string;
  fields?: ReadonlySet<string>;
  rateHzMax?: number;
  /** Everything after this position is sent. */
  after: number;
  now: () => number;
  emit: (event: string, data: object) => void;
  /** Asks the outbox to call `flush` soon, or in so many ms. */
  wake: (inMs?: number) => void;
  failed: (error: unknown) => void;
}

export class Subscription {
  /** Of the last event that was sent, or need not be. */
  private sent: number;
  /** Of the last event that browsers are told of: what comes after it in the log, up to `sent`, is told to nobody. */
  private lastMessage: number;
  /** Highest position the bus has told; 0 before the first. */
  private told = 0;
  /** Where the log goes on; undefined while the bus is followed. */
  private revision: number | undefined;
  private following = false;
  private reading = false;
  /** Whether the log holds something to send: what was asked for at first, and what the bus told meanwhile. */
  private behind = true;
  private held: DeviceMessage[] = [];
  private heldCells = 0;
  private nextReadingsAt = 0;
  private closed = false;

  constructor(private readonly config: SubscriptionConfig) {
    this.sent = config.after;
    this.lastMessage = config.after;
  }

  get deviceId(): string {
    return this.config.deviceId;
  }

  get position(): number {
    return this.sent;
  }

  close(): void {
    this.closed = true;
    this.held = [];
  }

  /** From the bus. A message may hold several events of which the log gave the first ones: only one that begins where the log
   *  ended is taken, others are read from the log. */
  take(message: DeviceMessage): void {
    if (message.position <= this.told) return;
    this.told = message.position;
    if (this.following) this.hold(message);
    else if (message.position > this.sent) this.behind = true;
    else if (!this.reading) this.joinBus();
    if (this.held.length > 0 || this.behind) this.config.wake();
  }

  /** Sends what is due. Called while the browser can take more. */
  flush(): void {
    if (this.closed) return;
    if (this.following) this.sendHeld();
    else if (this.behind && !this.reading && this.isTurn()) void this.readLog().catch(this.config.failed);
  }

  private hold(message: DeviceMessage): void {
    const cells = cellsOf(message);
    if (this.heldCells + cells > HELD_CELLS_MAX && this.held.length > 0) return this.fallBack();
    this.held.push(message);
    this.heldCells += cells;
  }

  /** Lets go of what is held: the log has it. */
  private fallBack(): void {
    this.held = [];
    this.heldCells = 0;
    this.following = false;
    this.behind = true;
    this.revision = undefined;
  }

  private sendHeld(): void {
    if (this.held.length === 0 || !this.isDue(this.held)) return;
    const messages = coalesce(this.held, MESSAGE_CELLS_MAX);
    this.held = [];
    this.heldCells = 0;
    this.send(messages);
  }

  /** With a rate, readings wait for their turn; what else happens to a device waits with them, to stay in order. */
  private isDue(messages: DeviceMessage[]): boolean {
    return !messages.some(isReadings) || this.isTurn();
  }

  private isTurn(): boolean {
    const wait = this.nextReadingsAt - this.config.now();
    if (wait <= 0) return true;
    this.config.wake(wait);
    return false;
  }

  private send(messages: DeviceMessage[]): void {
    for (const message of messages) {
      if (message.position <= this.sent) continue;
      this.sent = message.position;
      this.lastMessage = message.position;
      const wanted = onlyFields(message, this.config.fields);
      if (!wanted) continue;
      this.config.emit(wanted.event, wanted.data);
      if (this.config.rateHzMax !== undefined && isReadings(wanted))
        this.nextReadingsAt = this.config.now() + 1_000 / this.config.rateHzMax;
    }
  }

  /** One page a call: the next is read when the browser has taken this one. */
  private async readLog(): Promise<void> {
    const { log, stream } = this.config;
    this.reading = true;
    try {
      this.revision ??= await revisionAfter(log, stream, this.sent);
      const page = await this.readTurn(this.revision);
      if (this.closed) return;
      this.revision = page.nextRevision;
      this.behind = page.more;
      this.send(coalesce(page.messages, MESSAGE_CELLS_MAX));
      // A whole message's worth goes ahead of the rate: waiting would only grow what is left to send.
      if (page.more) this.nextReadingsAt = 0;
      if (page.lastPosition !== undefined) this.sent = Math.max(this.sent, page.lastPosition);
    } finally {
      this.reading = false;
    }
    if (this.told > this.sent) this.behind = true;
    else this.joinBus();
    if (this.behind) this.config.wake();
  }

  /** A page of the log; with a rate, as many as one message holds. */
  private async readTurn(revision: number): Promise<LogPage> {
    const { log, stream, deviceId, rateHzMax } = this.config;
    let turn = await readPage(log, stream, deviceId, revision);
    let cells = cellsIn(turn.messages);
    while (rateHzMax !== undefined && turn.more && cells < MESSAGE_CELLS_MAX && !this.closed) {
      const next = await readPage(log, stream, deviceId, turn.nextRevision);
      cells += cellsIn(next.messages);
      turn = { ...turn, ...next, messages: [...turn.messages, ...next.messages] };
    }
    return turn;
  }

  /** Where the bus has told what the log gave last, whatever it tells next begins after it. */
  private joinBus(): void {
    if (!this.behind && this.told >= this.lastMessage) this.following = true;
  }
}

const cellsIn = (messages: DeviceMessage[]): number => messages.reduce((sum, message) => sum + cellsOf(message), 0);
