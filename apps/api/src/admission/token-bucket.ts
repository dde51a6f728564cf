/** A budget that refills steadily and holds at most `capacity`: a burst of a second's worth is fine, more is not. */
export class TokenBucket {
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

  /** False, and nothing taken, where there is less than `amount`. */
  take(amount: number, now: number): boolean {
    this.refill(now);
    if (this.tokens < amount) return false;
    this.tokens -= amount;
    return true;
  }

  /** Takes what was used, also below zero: for what is only known afterwards. */
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

  /** Whole seconds, at least 1, until `amount` is there. */
  secondsUntil(amount: number): number {
    return Math.max(1, Math.ceil((amount - this.tokens) / this.ratePerSecond));
  }

  private refill(now: number): void {
    if (now > this.at) this.tokens = Math.min(this.capacity, this.tokens + ((now - this.at) / 1000) * this.ratePerSecond);
    this.at = now;
  }
}
