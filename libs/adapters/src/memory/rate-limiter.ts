/** Rate limits of one process: token buckets, decided at once. */
import { RateLimiter, type RateBudget, type RateLimit } from '#ports';

export interface MemoryRateLimiterConfig {
  /** Budgets remembered by name; one forgotten starts full again, so this is far above those in use at a time. */
  budgetsMax?: number;
}

const BUDGETS_MAX = 100_000;

export function createMemoryRateLimiter(config: MemoryRateLimiterConfig = {}): RateLimiter {
  return new MemoryRateLimiter(config);
}

class MemoryRateLimiter extends RateLimiter {
  /** In the order of their use. */
  private readonly buckets = new Map<string, TokenBucket>();
  private readonly budgetsMax: number;

  constructor({ budgetsMax = BUDGETS_MAX }: MemoryRateLimiterConfig) {
    super();
    this.budgetsMax = budgetsMax;
  }

  budget(name: string, { ratePerSecond, capacity }: RateLimit, now: number): TokenBucket {
    const bucket = this.buckets.get(name) ?? new TokenBucket(ratePerSecond, capacity, now);
    this.buckets.delete(name);
    this.buckets.set(name, bucket);
    if (this.buckets.size > this.budgetsMax) this.buckets.delete(this.buckets.keys().next().value!);
    return bucket;
  }

  async close(): Promise<void> {
    this.buckets.clear();
  }
}

/** A burst of all that it holds is fine, more is not. */
export class TokenBucket implements RateBudget {
  private tokens: number;
  private at: number;

  constructor(
    readonly ratePerSecond: number,
    readonly capacity: number,
    now: number,
  ) {
    this.tokens = capacity;
    this.at = now;
  }

  take(amount: number, now: number): boolean {
    this.refill(now);
    if (this.tokens < amount) return false;
    this.tokens -= amount;
    return true;
  }

  charge(amount: number, now: number): void {
    this.refill(now);
    this.tokens -= amount;
  }

  isEmpty(now: number): boolean {
    this.refill(now);
    return this.tokens <= 0;
  }

  remaining(): number {
    return Math.max(0, Math.floor(this.tokens));
  }

  secondsUntil(amount: number): number {
    return Math.max(1, Math.ceil((amount - this.tokens) / this.ratePerSecond));
  }

  private refill(now: number): void {
    if (now > this.at) this.tokens = Math.min(this.capacity, this.tokens + ((now - this.at) / 1000) * this.ratePerSecond);
    this.at = now;
  }
}
