/** Takes what the partitions deliver, a batch a tick, has it decided, and settles each command with its sender and the broker: answered, then
 *  acknowledged, both after the entity decided. */
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import type { CommandHandler } from '#ports';
import type { Delivery } from './delivery.js';
import type { Parking } from './parking.js';
import { RecentlyRedelivered } from './recently-redelivered.js';
import type { Replies } from './replies.js';
import { Suspects } from './suspects.js';

export interface IntakeOptions {
  handler: CommandHandler;
  replies: Replies;
  parking: Parking;
  deliveriesMax: number;
}

/** Present at so many deaths of its consumer, a command is a suspect. Once is bad luck. */
const SUSPECT_FROM = 2;
const AGAIN_AFTER_MS = 1_000;

export class Intake {
  readonly counts = { consumed: 0, redelivered: 0, answered: 0, triedAgain: 0, batches: 0 };
  commands = 0;
  bytes = 0;
  private arrived: Delivery[] = [];
  /** What is with the handler, and copies of it that came meanwhile. */
  private readonly deciding = new Map<string, Delivery[]>();
  /** Nobody waits for their answer, so they wait here until they can be decided. */
  private readonly resting = new Map<Delivery, NodeJS.Timeout>();
  private readonly recentlyRedelivered = new RecentlyRedelivered();
  private readonly suspects: Suspects;

  constructor(private readonly options: IntakeOptions) {
    const { parking, deliveriesMax } = options;
    this.suspects = new Suspects({
      triesMax: Math.max(1, deliveriesMax - SUSPECT_FROM),
      park: (delivery, why) => parking.park(delivery, why),
      recount: (delivery, counts) => parking.recount(delivery, counts),
      decide: (delivery) => this.decide([delivery]),
    });
  }

  take(delivery: Delivery): void {
    this.counts.consumed++;
    this.commands++;
    this.bytes += delivery.bytes;
    if (delivery.command.redelivered) this.counts.redelivered++;
    this.arrive(delivery);
  }

  /** Every delivery comes here once, at its end. */
  settled(delivery: Delivery): void {
    this.commands--;
    this.bytes -= delivery.bytes;
    clearTimeout(this.resting.get(delivery));
    this.resting.delete(delivery);
  }

  /** Gives back what is only waiting here, of one partition or of all. */
  giveBack(partition?: number): void {
    for (const delivery of [...this.suspects.release(partition), ...this.resting.keys()]) {
      if (partition === undefined || delivery.partition === partition) delivery.giveBack();
    }
  }

  get suspected(): number {
    return this.suspects.size;
  }

  private arrive(delivery: Delivery): void {
    // All that this tick brings goes as one batch.
    if (this.arrived.length === 0) setImmediate(() => this.handOver());
    this.arrived.push(delivery);
  }

  private handOver(): void {
    const { arrived } = this;
    this.arrived = [];
    const batch: Delivery[] = [];
    for (const delivery of arrived) {
      if (!delivery.isCounted) void this.options.parking.recount(delivery, { tries: delivery.tries, suspected: delivery.suspected });
      else if (delivery.suspected > 0 || delivery.tries >= SUSPECT_FROM) this.suspects.add(delivery);
      else batch.push(delivery);
    }
    this.decide(batch);
    this.suspects.proceed();
  }

  /** The same command is being decided already: this one gets its answer. One with a hash its entity recognises by itself. */
  private isTwin(delivery: Delivery): boolean {
    const { command, identity } = delivery;
    if (command.bodyHash !== undefined) return false;
    this.recentlyRedelivered.note(command, identity);
    const twins = this.deciding.get(identity);
    if (twins) twins.push(delivery);
    else this.deciding.set(identity, []);
    return twins !== undefined;
  }

  private decide(deliveries: Delivery[]): void {
    const batch = deliveries.filter((delivery) => !this.isTwin(delivery));
    if (batch.length === 0) return;
    this.counts.batches++;
    const answers = answersOf(this.options.handler, batch);
    for (let i = 0; i < batch.length; i++) {
      const delivery = batch[i]!;
      answers[i]!.then(
        (answer) => this.decided(delivery, answer),
        (error: unknown) => this.decided(delivery, defect(error)),
      );
    }
  }

  private decided(delivery: Delivery, answer: CommandAnswer): void {
    this.settle(delivery, answer);
    this.suspects.cleared(delivery.identity);
    if (delivery.command.bodyHash !== undefined) return;
    const twins = this.deciding.get(delivery.identity)!;
    this.deciding.delete(delivery.identity);
    for (const twin of twins) this.settle(twin, answer);
  }

  private settle(delivery: Delivery, answer: CommandAnswer): void {
    // Its ingestor stops: another one will decide it, when this one lets go of the partition.
    if (!answer.ok && answer.code === 'overload.stopping') return this.rest(delivery, answer.retryAfterMs ?? AGAIN_AFTER_MS);
    const { replyTo } = delivery;
    if (replyTo) {
      this.counts.answered++;
      return this.options.replies.add(replyTo.address, replyTo.ticket, answer, () => delivery.acknowledge());
    }
    if (answer.ok) return delivery.acknowledge();
    if (answer.retryAfterMs !== undefined) return this.rest(delivery, answer.retryAfterMs);
    if (answer.code === 'defect') return this.options.parking.park(delivery, answer.message);
    delivery.acknowledge();
  }

  /** Accepted by the queue, it must not be lost to an overload that passes. */
  private rest(delivery: Delivery, waitMs: number): void {
    this.counts.triedAgain++;
    delivery.command.redelivered = true;
    const timer = setTimeout(() => {
      this.resting.delete(delivery);
      this.arrive(delivery);
    }, waitMs);
    this.resting.set(delivery, timer);
  }
}

/** A consumer never rejects; if it does, its sender is told rather than kept waiting. */
function answersOf(handler: CommandHandler, batch: Delivery[]): Promise<CommandAnswer>[] {
  try {
    return handler(batch.map(({ command }): CommandEnvelope => command));
  } catch (error) {
    return batch.map(() => Promise.resolve(defect(error)));
  }
}

const defect = (error: unknown): CommandAnswer => ({
  ok: false,
  code: 'defect',
  message: error instanceof Error ? error.message : String(error),
});
