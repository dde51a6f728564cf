/** One browser's subscription to one device. It follows the bus while it can, and the log where it must: after a reconnect, and
 *  when the browser was too slow for what is held for it. Positions rise strictly; nothing is left out and nothing comes twice. */
import { type EventLog, firstRevision } from '#ports';
import { type LogPage, readPage } from './device-log.js';
import { cellsOf, coalesce, type DeviceMessage, isReadings, onlyFields } from './messages.js';
import type { Share } from './share.js';

/** Values held for a browser that cannot take them, a subscription; beyond, they are let go and read from the log again. */
export const HELD_CELLS_MAX = 100_000;
/** Values in one message: a browser draws it in a frame or two. */
export const MESSAGE_CELLS_MAX = 50_000;

/** As the bus tells it. */
export interface ToldMessage extends DeviceMessage {
  /** Absent where the publisher does not know them. */
  revisions?: [first: number, last: number];
}

const NOT_SHOWN_PAUSE_MS = 20;

export interface SubscriptionConfig {
  log: EventLog;
  stream: string;
  deviceId: string;
  fields?: ReadonlySet<string>;
  rateHzMax?: number;
  /** Everything after this position is sent. */
  after: number;
  /** Of its browser. */
  share: Share;
  now: () => number;
  emit: (event: string, data: object) => void;
  /** Asks the outbox to call `flush` soon, or in so many ms. */
  wake: (inMs?: number) => void;
  failed: (error: unknown) => void;
}

export class Subscription {
  /** Of the last event that was sent, or need not be. */
  private sent: number;
  /** Revision of the next event that is neither sent nor held; undefined until it is looked up. */
  private next: number | undefined;
  /** While the bus is followed, what it tells next begins at `next`. */
  private following = false;
  private reading = false;
  /** Read from the log; what of it is left is sent as the browser takes it. */
  private page: LogPage | undefined;
  /** Of those of its browser: from the begin of reading until the page is sent. */
  private hasTurn = false;
  /** Whether the log may hold something to send. Either this, or the bus is followed. */
  private behind = true;
  /** Highest revision the bus has told since the log was last asked. */
  private told = -1;
  /** What the bus has told since then may not be all. */
  private doubted = false;
  private held: ToldMessage[] = [];
  private heldCells = 0;
  private nextReadingsAt = 0;
  private closed = false;

  constructor(private readonly config: SubscriptionConfig) {
    this.sent = config.after;
  }

  get deviceId(): string {
    return this.config.deviceId;
  }

  get position(): number {
    return this.sent;
  }

  close(): void {
    this.closed = true;
    this.letGo();
    this.page = undefined;
    this.config.share.forget(this.config.wake);
    if (!this.reading) this.endTurn();
  }

  /** From the bus. What does not go on exactly where the log or the last message ended is read from the log. */
  take(message: ToldMessage): void {
    if (this.following) this.follow(message);
    else if (message.revisions) this.told = Math.max(this.told, message.revisions[1]);
    else this.doubted = true;
    if (this.held.length > 0 || this.behind) this.config.wake();
  }

  /** The bus may have left something out: the log is asked. */
  doubt(): void {
    if (this.closed) return;
    this.doubted = true;
    if (this.following) this.fallBack();
    this.config.wake();
  }

  /** Sends what is due; returns how many values that were. Called while the browser can take more. */
  flush(): number {
    if (this.closed) return 0;
    if (this.following) return this.sendHeld();
    if (this.page) return this.sendPage(this.page);
    if (this.behind && !this.reading && this.isTurn()) this.startReading();
    return 0;
  }

  private follow(message: ToldMessage): void {
    const { revisions } = message;
    if (revisions && revisions[1] < this.next!) return;
    const cells = cellsOf(message);
    const hasRoom = this.held.length === 0 || this.heldCells + cells <= HELD_CELLS_MAX;
    if (revisions?.[0] !== this.next || !hasRoom || !this.config.share.hasRoomFor(cells)) return this.fallBack();
    this.held.push(message);
    this.heldCells += cells;
    this.config.share.hold(cells);
    this.next = revisions![1] + 1;
  }

  /** Lets go of what is held: the log has it. */
  private fallBack(): void {
    this.next = this.held[0]?.revisions?.[0] ?? this.next;
    this.letGo();
    this.following = false;
    this.behind = true;
  }

  private letGo(): void {
    this.config.share.letGo(this.heldCells);
    this.held = [];
    this.heldCells = 0;
  }

  private sendHeld(): number {
    if (this.held.length === 0 || !this.isDue(this.held)) return 0;
    const messages = coalesce(this.held, MESSAGE_CELLS_MAX);
    this.letGo();
    return this.send(messages);
  }

  /** A large message's worth; the rest when the browser has taken that. */
  private sendPage(page: LogPage): number {
    let cells = 0;
    while (page.messages.length > 0 && cells < MESSAGE_CELLS_MAX) cells += this.send([page.messages.shift()!]);
    if (this.closed) return cells;
    if (page.messages.length > 0) this.config.wake();
    else this.endPage(page);
    return cells;
  }

  private endPage({ lastPosition, more }: LogPage): void {
    this.page = undefined;
    const missing = this.told >= this.next!;
    this.behind = more || missing || this.doubted;
    this.following = !this.behind;
    // A whole message's worth goes ahead of the rate: waiting would only grow what is left to send.
    if (more) this.nextReadingsAt = 0;
    if (lastPosition !== undefined) this.sent = Math.max(this.sent, lastPosition);
    this.endTurn();
    // A log that does not show yet what the bus has told is not asked without a pause.
    if (this.behind) this.config.wake(missing && lastPosition === undefined ? NOT_SHOWN_PAUSE_MS : undefined);
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

  /** Returns how many values are on their way. */
  private send(messages: DeviceMessage[]): number {
    let cells = 0;
    for (const message of messages) {
      if (message.position <= this.sent) continue;
      this.sent = message.position;
      const wanted = onlyFields(message, this.config.fields);
      if (!wanted) continue;
      this.config.emit(wanted.event, wanted.data);
      cells += cellsOf(wanted);
      if (this.config.rateHzMax !== undefined && isReadings(wanted))
        this.nextReadingsAt = this.config.now() + 1_000 / this.config.rateHzMax;
    }
    return cells;
  }

  private startReading(): void {
    if (!this.config.share.startReading(this.config.wake)) return;
    this.hasTurn = true;
    this.reading = true;
    this.readLog().catch(this.config.failed);
  }

  private endTurn(): void {
    if (!this.hasTurn) return;
    this.hasTurn = false;
    this.config.share.endReading();
  }

  /** One page a call: the next is read when the browser has taken this one. */
  private async readLog(): Promise<void> {
    const { log, stream } = this.config;
    try {
      this.next ??= await firstRevision(log, stream, ({ position }) => position > this.sent);
      [this.told, this.doubted] = [-1, false];
      const page = await this.readTurn(this.next);
      if (this.closed) return;
      this.next = page.nextRevision;
      this.page = { ...page, messages: coalesce(page.messages, MESSAGE_CELLS_MAX) };
    } finally {
      this.reading = false;
      if (this.closed) this.endTurn();
    }
    // Where there is nothing to send, nothing waits for the browser.
    if (this.page.messages.length === 0) this.endPage(this.page);
    else this.config.wake();
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
}

const cellsIn = (messages: DeviceMessage[]): number => messages.reduce((sum, message) => sum + cellsOf(message), 0);
