/** Commands whose consumer died, more than once, before it acknowledged them. One of them may be what it died of: they are tried in groups that get smaller
 *  the more often one died, at last alone; each try is counted in the broker before it is made. Who was only there passes; the culprit is parked. */
import type { Delivery } from './delivery.js';

export interface SuspectsOptions {
  /** Tries as a suspect before a command is parked; in the last of them it is alone. */
  triesMax: number;
  park(delivery: Delivery, why: string): void;
  /** Publishes it anew with these counts and acknowledges this delivery; resolves when the broker has one of the two. */
  recount(delivery: Delivery, counts: { tries: number; suspected: number }): Promise<void>;
  decide(delivery: Delivery): void;
}

interface Try {
  partition: number;
  /** As long as it is there, a death now would leave two of them. */
  originalGone: boolean;
  /** The delivery that is decided. */
  copy?: Delivery;
}

/** A group falls into so many of the next size. */
const SPLIT = 8;
const GROUP_MAX = 64;

export class Suspects {
  private waiting: Delivery[] = [];
  /** The group under way, by identity. */
  private readonly tried = new Map<string, Try>();

  constructor(private readonly options: SuspectsOptions) {}

  get size(): number {
    return this.waiting.length + this.tried.size;
  }

  add(delivery: Delivery): void {
    const { suspected, message, identity, partition } = delivery;
    if (suspected === 0 || message.fields.redelivered) return void this.waiting.push(delivery);
    // This is the try that was counted.
    const own = this.tried.get(identity) ?? { partition, originalGone: true };
    own.copy = delivery;
    this.tried.set(identity, own);
    if (own.originalGone) this.options.decide(delivery);
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
    const isOfIt = (other: { partition: number }) => partition === undefined || other.partition === partition;
    const released = this.waiting.filter(isOfIt);
    this.waiting = this.waiting.filter((delivery) => !released.includes(delivery));
    for (const [identity, each] of this.tried) {
      if (!isOfIt(each)) continue;
      this.tried.delete(identity);
      if (each.copy && !each.originalGone) released.push(each.copy);
    }
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
    const own: Try = { partition, originalGone: false };
    this.tried.set(identity, own);
    void this.options.recount(delivery, { tries, suspected: suspected + 1 }).then(() => {
      own.originalGone = true;
      if (own.copy && this.tried.get(identity) === own) this.options.decide(own.copy);
    });
  }
}
