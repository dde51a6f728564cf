/** Commands whose consumer died, more than once, before it acknowledged them. One of them may be what it died of: they are tried in groups that get smaller
 *  the more often one died, at last alone; each try is counted in the broker before it is made. Who was only there passes; the culprit is parked. */
import type { Delivery } from './delivery.js';

export interface SuspectsOptions {
  /** Tries as a suspect before a command is parked; in the last of them it is alone. */
  triesMax: number;
  park(delivery: Delivery, why: string): void;
  /** Publishes it anew with these counts, and acknowledges this delivery when the broker has the other. */
  recount(delivery: Delivery, counts: { tries: number; suspected: number }): void;
}

/** A group falls into so many of the next size. */
const SPLIT = 8;
const GROUP_MAX = 64;

export class Suspects {
  private waiting: Delivery[] = [];
  /** The partition of each command of the group under way, by its identity. */
  private readonly tried = new Map<string, number>();

  constructor(private readonly options: SuspectsOptions) {}

  get size(): number {
    return this.waiting.length + this.tried.size;
  }

  /** True where it is to be decided now: this delivery is the try that was counted. */
  admit(delivery: Delivery): boolean {
    const { suspected, message, identity, partition } = delivery;
    if (suspected > 0 && !message.fields.redelivered) {
      this.tried.set(identity, partition);
      return true;
    }
    this.waiting.push(delivery);
    return false;
  }

  /** Begins with the next group, where none is under way. */
  proceed(): void {
    while (this.tried.size === 0 && this.waiting.length > 0) {
      const group = this.nextGroup();
      this.waiting = this.waiting.filter((delivery) => !group.includes(delivery));
      for (const delivery of group) this.tryOrPark(delivery);
    }
  }

  /** It was decided, and the consumer lives. */
  cleared(identity: string): void {
    if (this.tried.delete(identity)) this.proceed();
  }

  /** Forgets those of one partition, or all; what waited is given back by whoever calls. */
  release(partition?: number): Delivery[] {
    const isOfIt = (other: number) => partition === undefined || other === partition;
    for (const [identity, other] of this.tried) if (isOfIt(other)) this.tried.delete(identity);
    const released = this.waiting.filter((delivery) => isOfIt(delivery.partition));
    this.waiting = this.waiting.filter((delivery) => !released.includes(delivery));
    return released;
  }

  /** Begins anywhere, so that none is behind the culprit each time. */
  private nextGroup(): Delivery[] {
    const first = Math.floor(Math.random() * this.waiting.length);
    const { suspected } = this.waiting[first]!;
    const alike = [...this.waiting.slice(first), ...this.waiting.slice(0, first)].filter((delivery) => delivery.suspected === suspected);
    return alike.slice(0, this.groupSize(suspected));
  }

  private groupSize(suspected: number): number {
    const left = this.options.triesMax - suspected;
    return left <= 1 ? 1 : Math.min(GROUP_MAX, SPLIT ** (left - 1));
  }

  private tryOrPark(delivery: Delivery): void {
    const { tries, suspected, identity, partition } = delivery;
    if (suspected >= this.options.triesMax) {
      return this.options.park(delivery, `Its consumer died each of the ${tries + suspected} times that it was handed over.`);
    }
    this.tried.set(identity, partition);
    this.options.recount(delivery, { tries, suspected: suspected + 1 });
  }
}
