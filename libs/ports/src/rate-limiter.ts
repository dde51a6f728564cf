/** How much one caller may ask, whichever api replica it reaches: step 1 of the journey. */

/** A budget that refills steadily and holds at most `capacity`. */
export interface RateLimit {
  ratePerSecond: number;
  capacity: number;
}

/** `now` is ms since epoch, and the same clock every time. */
export interface RateBudget {
  /** False, and nothing taken, where there is less than `amount`. A promise only where others have to be asked first. */
  take(amount: number, now: number): boolean | Promise<boolean>;
  /** Takes what was used, also below zero: for what is only known afterwards. */
  charge(amount: number, now: number): void;
  isEmpty(now: number): boolean;
  /** Whole, at least 0; as of the last call above. */
  remaining(): number;
  /** Whole seconds, at least 1, until `amount` is there. */
  secondsUntil(amount: number): number;
}

export abstract class RateLimiter {
  /** The budget of this name: the same one for everyone who names it, here and in every other replica that shares it. The holder may keep it. */
  abstract budget(name: string, limit: RateLimit, now: number): RateBudget;
  abstract close(): Promise<void>;
}
