/** One shard's thread as its supervisor sees it: its start, its messages, its death and its return. Runs on the thread that opened the host. */
import type { WorkerOptions } from 'node:worker_threads';
import type { CommandEnvelope } from '#contracts';
import type { ParkingLot } from '../behaviour.js';
import { parkedRefusal, plainError, refusal } from '../delivery.js';
import { backOffMs, type RuntimeLimits } from '../limits.js';
import { ShardStats } from '../shard-stats.js';
import type { Held } from './blame.js';
import { CommandBook } from './command-book.js';
import { startOwnThread, type ShardPlace } from './shard-place.js';
import { eachAnswer, encodeCommands, messagesOf, type FromShard, type ShardWorkerData } from './wire.js';

/** A thread that lived so long starts a new count of restarts. */
const HEALTHY_MS = 10_000;
/** A thread that was up before is back within a second, whatever happened. */
const RESTART_MS_MAX = 800;

export interface ShardThreadOptions {
  shard: number;
  workerUrl: URL;
  /** Called for every start: a transferred port lives only as long as the thread that got it. */
  workerData(shard: number): { data: unknown; transferList?: WorkerOptions['transferList'] };
  writerEpoch: string;
  limits: RuntimeLimits;
  parkingLot: ParkingLot;
  /** Of the thread; beyond, it dies alone and its commands are tried again. */
  heapMbMax?: number;
  /** Node's own options for the thread; the process's where absent. */
  execArgv?: string[];
  /** Called for every start: where a shard shares a thread. It has one of its own where this is absent. */
  place?: (data: ShardWorkerData) => ShardPlace;
  /** A thread that decides one command for longer is ended: nothing else on it can go on. */
  decideMsMax: number;
  now(): number;
  onDeath(death: { shard: number; error: unknown; heldCommands: number; restartInMs: number }): void;
}

export class ShardThread {
  readonly stats = new ShardStats(new SharedArrayBuffer(ShardStats.BYTES));
  restarts = 0;
  up = false;
  private place: ShardPlace | undefined;
  private readonly book: CommandBook;
  private lastError: unknown;
  private upSince = 0;
  private deathsInARow = 0;
  private closing = false;
  private restartTimer: NodeJS.Timeout | undefined;
  private started: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  private stopped: (() => void) | undefined;
  /** What was being decided when the watch last looked, and since when. */
  private seen: { ticket: number | undefined; since: number } = { ticket: undefined, since: 0 };

  constructor(private readonly options: ShardThreadOptions) {
    const { limits, now } = options;
    this.book = new CommandBook({ limits, now, deliver: (commands) => this.deliver(commands), park: (command) => void this.park(command) });
  }

  /** Resolves when the thread takes commands; rejects where it cannot even start. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.started = { resolve, reject };
      this.start();
    });
  }

  send(envelope: CommandEnvelope, resolve: Held['resolve']): void {
    this.book.add(envelope, resolve);
  }

  /** Ends the thread as a crash would. */
  async kill(): Promise<void> {
    await this.place?.kill();
  }

  /** Called now and then: ends a thread whose code does not come to an end. */
  watch(): void {
    const now = this.options.now();
    const ticket = this.up ? this.stats.deciding() : undefined;
    if (ticket !== this.seen.ticket) this.seen = { ticket, since: now };
    if (ticket === undefined || now - this.seen.since < this.options.decideMsMax) return;
    this.lastError = new Error(`it decided one command for more than ${this.options.decideMsMax} ms`);
    void this.place?.kill();
  }

  /** When all is answered. */
  async close(): Promise<void> {
    this.closing = true;
    this.book.close();
    clearTimeout(this.restartTimer);
    const { place } = this;
    if (!place) return;
    if (this.up) {
      await new Promise<void>((resolve) => {
        this.stopped = resolve;
        place.post({ kind: 'stop' });
      });
    }
    await place.leave();
  }

  private start(): void {
    try {
      const place = this.findPlace();
      this.place = place;
      place.listen(
        (message) => this.receive(message, place),
        (error) => this.died(error),
      );
    } catch (error) {
      // It has no log to connect to, or no thread to run on: as bad as a death, and tried again as one.
      this.died(error);
    }
  }

  private findPlace(): ShardPlace {
    const { shard, workerUrl, workerData, writerEpoch, limits, heapMbMax, execArgv, place } = this.options;
    const { data: app, transferList = [] } = workerData(shard);
    const data: ShardWorkerData = { shard, stats: this.stats.buffer as SharedArrayBuffer, limits, writerEpoch, app };
    return place?.(data) ?? startOwnThread({ workerUrl, workerData: data, transferList, heapMbMax, execArgv });
  }

  private receive(message: FromShard, place: ShardPlace): void {
    switch (message.kind) {
      case 'answers':
        eachAnswer(message.answers, (ticket, answer) => this.book.answered(ticket, answer));
        return this.book.afterAnswers();
      case 'park':
        return void this.parkFor(message, place);
      case 'ready':
        this.up = true;
        this.upSince = this.options.now();
        this.started?.resolve();
        this.started = undefined;
        return this.book.threadIsUp();
      case 'stopped':
        this.stopped?.();
    }
  }

  private deliver(commands: Held[]): void {
    for (const message of messagesOf(commands)) this.deliverMessage(message);
  }

  private deliverMessage(commands: Held[]): void {
    try {
      const message = encodeCommands(commands);
      this.place?.post(message, [message.bodies]);
    } catch (error) {
      if (commands.length > 1) return commands.forEach((command) => this.deliverMessage([command]));
      this.book.answered(commands[0]!.ticket, refusal('defect', `The command cannot cross threads: ${plainError(error).message}`));
    }
  }

  /** A shard has no views to park in; answered to the very thread that asked. */
  private async parkFor({ id, command }: Extract<FromShard, { kind: 'park' }>, place: ShardPlace): Promise<void> {
    const error = await this.options.parkingLot.park(command).then(
      () => undefined,
      (parkingError: unknown) => plainError(parkingError).message,
    );
    place.post({ kind: 'parked', id, error });
  }

  private died(error: unknown): void {
    const { limits, now, shard, onDeath } = this.options;
    this.lastError ??= error;
    this.stopped?.();
    const wasUp = this.up;
    this.up = false;
    this.place = undefined;
    const deciding = this.stats.deciding();
    this.stats.resetGauges();
    if (this.closing) return;
    if (this.started) {
      this.closing = true;
      return this.started.reject(this.lastError ?? new Error(`Shard ${shard} ended before it was ready.`));
    }
    const heldCommands = this.book.threadDied(deciding);
    if (wasUp && now() - this.upSince > HEALTHY_MS) this.deathsInARow = 0;
    this.deathsInARow++;
    const restartInMs = Math.min(backOffMs(this.deathsInARow - 1, limits), wasUp ? RESTART_MS_MAX : limits.backOffMaxMs);
    onDeath({ shard, error: this.lastError, heldCommands, restartInMs });
    this.lastError = undefined;
    this.restarts++;
    this.restartTimer = setTimeout(() => this.start(), restartInMs);
  }

  private async park({ envelope, blame, resolve }: Held): Promise<void> {
    const message = `The thread died ${blame} times while it decided this: ${plainError(this.lastError ?? 'no error was given').message}`;
    try {
      await this.options.parkingLot.park({ envelope, tries: blame, error: { code: 'defect', message }, parkedAt: this.options.now() });
      this.stats.add('parked');
      resolve(parkedRefusal(blame));
    } catch (error) {
      resolve(refusal('defect', `The command failed, and could not be parked: ${plainError(error).message}`));
    }
  }
}
