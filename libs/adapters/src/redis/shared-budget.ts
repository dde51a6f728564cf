/** One budget as one replica uses it: it takes some in advance, so that nearly every request is decided here at once. */
import type { RateBudget, RateLimit } from '#ports';
import { TokenBucket } from '../memory/rate-limiter.js';
import type { Spending, Spent } from './shared-budgets.js';

export interface BudgetSource {
  /** Asks Redis. Rejects where it is away or slow: then this replica decides alone. */
  spend(spending: Spending): Promise<Spent>;
  /** Whether it is worth asking. */
  isThere(): boolean;
}

/** Of the capacity, taken in advance: with it, a key at its limit asks twenty times while its budget refills once. */
const ADVANCE_SHARE = 1 / 20;
/** What is charged afterwards is told together, once in so long. */
const TELL_EVERY_MS = 20;

export class SharedBudget implements RateBudget {
  private readonly advance: number;
  private readonly refillMs: number;
  /** Taken in advance, ours alone. Given up after as long as the shared budget needs to be full again: else replicas that were asked
   *  once would hoard. */
  private inHand = 0;
  private inHandUntil = 0;
  /** Of the shared budget, as it was told, and refilled since. */
  private left: number;
  private leftAt: number;
  /** Used and not told yet. */
  private owed = 0;
  private asking: Promise<void> | undefined;
  private telling: NodeJS.Timeout | undefined;
  /** While Redis is away, until it has answered again. */
  private alone: TokenBucket | undefined;

  constructor(
    private readonly limit: RateLimit,
    private readonly source: BudgetSource,
    now: number,
  ) {
    this.advance = Math.max(1, Math.floor(limit.capacity * ADVANCE_SHARE));
    this.refillMs = (limit.capacity / limit.ratePerSecond) * 1_000;
    this.left = limit.capacity;
    this.leftAt = now;
  }

  take(amount: number, now: number): boolean | Promise<boolean> {
    const alone = this.whileAlone(now);
    if (alone) return alone.take(amount, now);
    if (now >= this.inHandUntil) this.inHand = 0;
    if (this.takeInHand(amount)) {
      if (this.advance > 1 && this.inHand < this.advance / 2) void this.ask(this.advance, now);
      return true;
    }
    this.refill(now);
    // What we were told, and what has come since: where that is not enough, nobody need be asked.
    if (this.left - this.owed + this.inHand < amount) return false;
    return this.takeAfterAsking(amount, now);
  }

  charge(amount: number, now: number): void {
    const alone = this.whileAlone(now);
    if (alone) return alone.charge(amount, now);
    this.refill(now);
    this.owed += amount;
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      void this.ask(0, now + TELL_EVERY_MS);
    }, TELL_EVERY_MS).unref();
  }

  isEmpty(now: number): boolean {
    const alone = this.whileAlone(now);
    if (alone) return alone.isEmpty(now);
    this.refill(now);
    return this.left - this.owed + this.inHand <= 0;
  }

  remaining(): number {
    return this.alone?.remaining() ?? Math.max(0, Math.floor(this.left - this.owed + this.inHand));
  }

  secondsUntil(amount: number): number {
    if (this.alone) return this.alone.secondsUntil(amount);
    return Math.max(1, Math.ceil((amount - this.left + this.owed - this.inHand) / this.limit.ratePerSecond));
  }

  private refill(now: number): void {
    const { ratePerSecond, capacity } = this.limit;
    if (now > this.leftAt) this.left = Math.min(capacity, this.left + ((now - this.leftAt) / 1_000) * ratePerSecond);
    this.leftAt = now;
  }

  private takeInHand(amount: number): boolean {
    if (this.inHand < amount) return false;
    this.inHand -= amount;
    return true;
  }

  /** Several may wait for one answer, and take from it in the order they came. */
  private async takeAfterAsking(amount: number, now: number): Promise<boolean> {
    for (;;) {
      const isOurs = this.asking === undefined;
      await this.ask(Math.max(amount, this.advance), now);
      if (this.alone) return this.alone.take(amount, now);
      if (this.takeInHand(amount)) return true;
      if (isOurs || this.left + this.inHand < amount) return false;
    }
  }

  /** One question at a time; whoever comes meanwhile waits for its answer. */
  private ask(wanted: number, now: number): Promise<void> {
    this.asking ??= this.askNow(wanted, now).finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async askNow(wanted: number, now: number): Promise<void> {
    const used = this.owed;
    this.owed = 0;
    try {
      const { granted, left } = await this.source.spend({ used, wanted });
      this.alone = undefined;
      this.left = left;
      this.leftAt = now;
      if (granted === 0) return;
      this.inHand += granted;
      this.inHandUntil = now + this.refillMs;
    } catch {
      this.beAlone(now);
    }
  }

  /** Our own bucket while Redis is away. What was used from it is forgiven. */
  private whileAlone(now: number): TokenBucket | undefined {
    const isThere = this.source.isThere();
    if (!isThere) this.beAlone(now);
    else if (this.alone) void this.ask(0, now);
    return this.alone;
  }

  /** With the whole limit, not a part of it: nobody is refused for what is our trouble. */
  private beAlone(now: number): void {
    const { ratePerSecond, capacity } = this.limit;
    this.alone ??= new TokenBucket(ratePerSecond, capacity, now);
  }
}
