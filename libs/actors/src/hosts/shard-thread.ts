/** One shard's thread as its supervisor sees it: what it was sent, its death, its return. Runs on the thread that opened the host. */
import { Worker } from 'node:worker_threads';
import type { CommandAnswer } from '#contracts';
import type { ParkingLot } from '../behaviour.js';
import { parkedRefusal, plainError, refusal } from '../delivery.js';
import { backOffMs, type RuntimeLimits } from '../limits.js';
import { ShardStats } from '../shard-stats.js';
import { judge, type Held } from './blame.js';
import { eachAnswer, encodeCommands, type FromShard, type ShardWorkerData, type ToShard } from './wire.js';

/** One message holds at most this much, so that a shard can answer the first while the next is under way. */
const MESSAGE_COMMANDS_MAX = 1_024;
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;
/** A suspect is tried with nothing beside it, unless what is beside it does not end: then it had its time to be the culprit. */
const ALONE_WAIT_MS = 1_000;
/** A thread that lived so long starts a new count of restarts. */
const HEALTHY_MS = 10_000;
/** A thread that was up before is back within a second, whatever happened. */
const RESTART_MS_MAX = 800;

export interface ShardThreadOptions {
  shard: number;
  workerUrl: URL;
  /** Called for every start: a transferred port lives only as long as the thread that got it. */
  workerData(shard: number): { data: unknown; transferList?: readonly Transferable[] };
  writerEpoch: string;
  limits: RuntimeLimits;
  parkingLot: ParkingLot;
  /** Of the thread; beyond, it dies alone and its commands are tried again. */
  heapMbMax?: number;
  /** Node's own options for the thread; the process's where absent. */
  execArgv?: string[];
  now: () => number;
  onDeath(death: { shard: number; error: unknown; heldCommands: number; restartInMs: number }): void;
}

type Transferable = NonNullable<import('node:worker_threads').WorkerOptions['transferList']>[number];

export class ShardThread {
  readonly stats = new ShardStats(new SharedArrayBuffer(ShardStats.BYTES));
  restarts = 0;
  up = false;
  private worker: Worker | undefined;
  private outbox: Held[] = [];
  private readonly sent = new Map<number, Held>();
  private flushScheduled = false;
  private nextTicket = 0;
  /** Groups that wait to be tried alone, and from when on. */
  private suspects: { group: Held[]; from: number }[] = [];
  private alone: Held[] | undefined;
  private flushTimer: NodeJS.Timeout | undefined;
  private lastError: unknown;
  private upSince = 0;
  private deathsInARow = 0;
  private closing = false;
  private started: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  private stopped: (() => void) | undefined;

  constructor(private readonly options: ShardThreadOptions) {}

  /** Resolves when the thread takes commands; rejects where it cannot even start. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.started = { resolve, reject };
      this.start();
    });
  }

  send(command: Omit<Held, 'ticket' | 'retried' | 'crashes' | 'blame'>): void {
    this.nextTicket = (this.nextTicket + 1) & 0x3fffffff;
    this.outbox.push({ ...command, ticket: this.nextTicket, retried: false, crashes: 0, blame: 0 });
    this.flushSoon();
  }

  /** Ends the thread as a crash would. */
  async kill(): Promise<void> {
    await this.worker?.terminate();
  }

  /** When all is answered. */
  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.flushTimer);
    const { worker } = this;
    if (!worker) return;
    if (this.up) {
      await new Promise<void>((resolve) => {
        this.stopped = resolve;
        worker.once('exit', () => resolve());
        this.post({ kind: 'stop' });
      });
    }
    await worker.terminate();
  }

  private start(): void {
    const { shard, workerUrl, workerData, writerEpoch, limits, heapMbMax, execArgv } = this.options;
    const { data: app, transferList } = workerData(shard);
    const data: ShardWorkerData = { shard, stats: this.stats.buffer as SharedArrayBuffer, limits, writerEpoch, app };
    const resourceLimits = heapMbMax === undefined ? undefined : { maxOldGenerationSizeMb: heapMbMax };
    const worker = new Worker(workerUrl, {
      name: `shard-${shard}`,
      workerData: data,
      transferList: [...(transferList ?? [])],
      resourceLimits,
      ...(execArgv && { execArgv }),
    });
    this.worker = worker;
    worker.on('message', (message: FromShard) => this.receive(message));
    worker.on('error', (error) => (this.lastError = error));
    worker.once('exit', () => this.died());
  }

  private receive(message: FromShard): void {
    switch (message.kind) {
      case 'answers':
        eachAnswer(message.answers, (ticket, answer) => this.answered(ticket, answer));
        this.afterAnswers();
        return;
      case 'park':
        void this.parkFor(message);
        return;
      case 'ready':
        this.up = true;
        this.upSince = this.options.now();
        this.started?.resolve();
        this.started = undefined;
        this.flush();
        return;
      case 'stopped':
        this.stopped?.();
    }
  }

  private answered(ticket: number, answer: CommandAnswer): void {
    const command = this.sent.get(ticket);
    if (!command) return;
    this.sent.delete(ticket);
    command.resolve(answer);
  }

  private flushSoon(): void {
    if (this.flushScheduled) return;
    this.flushScheduled = true;
    // What was dispatched together goes in one message: the queue hands over what a tick brought.
    queueMicrotask(() => {
      this.flushScheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    if (!this.up || this.alone) return;
    const due = this.suspects[0];
    const waitMs = due ? due.from - this.options.now() : 0;
    if (due && waitMs <= 0) {
      // Nothing new until what is under way has ended, or has shown that it is not what kills.
      if (this.sent.size > 0 && waitMs > -ALONE_WAIT_MS) return void this.flushIn(ALONE_WAIT_MS + waitMs);
      this.suspects.shift();
      this.alone = due.group;
      this.deliver(due.group);
      return;
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

  private afterAnswers(): void {
    if (this.alone?.some((command) => this.sent.has(command.ticket))) return;
    const next = this.alone !== undefined || (this.suspects.length > 0 && this.sent.size === 0);
    this.alone = undefined;
    if (next) this.flush();
  }

  private deliver(commands: Held[]): void {
    for (let first = 0; first < commands.length; ) {
      let end = first;
      let bytes = 0;
      while (end < commands.length && end - first < MESSAGE_COMMANDS_MAX && bytes < MESSAGE_BYTES_MAX) {
        bytes += commands[end]!.envelope.body?.byteLength ?? 0;
        end++;
      }
      this.deliverMessage(first === 0 && end === commands.length ? commands : commands.slice(first, end));
      first = end;
    }
  }

  private deliverMessage(commands: Held[]): void {
    for (const command of commands) this.sent.set(command.ticket, command);
    try {
      const message = encodeCommands(commands);
      this.post(message, [message.bodies]);
    } catch (error) {
      if (commands.length > 1) {
        for (const command of commands) this.deliverMessage([command]);
        return;
      }
      this.answered(commands[0]!.ticket, refusal('defect', `The command cannot cross threads: ${plainError(error).message}`));
    }
  }

  private post(message: ToShard, transferList: ArrayBuffer[] = []): void {
    this.worker?.postMessage(message, transferList);
  }

  private async parkFor({ id, command }: Extract<FromShard, { kind: 'park' }>): Promise<void> {
    try {
      await this.options.parkingLot.park(command);
      this.post({ kind: 'parked', id });
    } catch (error) {
      this.post({ kind: 'parked', id, error: plainError(error).message });
    }
  }

  private died(): void {
    const { limits, now } = this.options;
    const wasUp = this.up;
    this.up = false;
    this.worker = undefined;
    const deciding = this.stats.deciding();
    this.stats.resetGauges();
    if (this.closing) return;
    if (this.started) return this.neverStarted();
    const held = [...this.sent.values()];
    this.sent.clear();
    this.sendAgain(held, deciding);
    if (wasUp && now() - this.upSince > HEALTHY_MS) this.deathsInARow = 0;
    this.deathsInARow++;
    const restartInMs = Math.min(backOffMs(this.deathsInARow - 1, limits), wasUp ? RESTART_MS_MAX : limits.backOffMaxMs);
    this.options.onDeath({ shard: this.options.shard, error: this.lastError, heldCommands: held.length, restartInMs });
    this.restarts++;
    setTimeout(() => !this.closing && this.start(), restartInMs);
  }

  private neverStarted(): void {
    this.closing = true;
    this.started?.reject(this.lastError ?? new Error(`Shard ${this.options.shard} ended before it was ready.`));
  }

  private sendAgain(held: Held[], deciding: number | undefined): void {
    const { limits, now } = this.options;
    for (const command of held) command.retried = true;
    const alone = this.alone?.filter((command) => held.includes(command));
    const { again, alone: groups, culprit } = judge({ held, deciding, alone });
    this.alone = undefined;
    this.outbox = again.concat(this.outbox);
    this.suspects.push(...groups.map((group) => ({ group, from: 0 })));
    if (culprit && culprit.blame >= limits.parkAfterTries) void this.park(culprit);
    else if (culprit) this.suspects.push({ group: [culprit], from: now() + backOffMs(culprit.blame, limits) });
    this.suspects.sort((a, b) => a.from - b.from);
  }

  private async park({ envelope, blame, resolve }: Held): Promise<void> {
    const error = { code: 'defect', message: `The thread died while it decided this: ${plainError(this.lastError ?? 'no error was given').message}` };
    try {
      await this.options.parkingLot.park({ envelope, tries: blame, error, parkedAt: this.options.now() });
      this.stats.add('parked');
      resolve(parkedRefusal(blame));
    } catch (parkingError) {
      resolve(refusal('defect', `The command failed, and could not be parked: ${plainError(parkingError).message}`));
    }
  }
}
