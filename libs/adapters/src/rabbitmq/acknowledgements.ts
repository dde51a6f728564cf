/** Which deliveries of one channel are done, and how few frames say so: one for all up to the first that is missing, one each beyond it. */

export class Acknowledgements {
  /** All up to here are settled. */
  private upTo = 0;
  /** Settled beyond `upTo`; true where the broker knows. */
  private readonly settled = new Map<number, boolean>();
  private fresh: number[] = [];

  /** `send` writes one acknowledgement to the channel. */
  constructor(private readonly send: (deliveryTag: number, allUpTo: boolean) => void) {}

  add(deliveryTag: number): void {
    // Answers come in batches: they are told together.
    if (this.fresh.length === 0) setImmediate(() => this.flush());
    this.fresh.push(deliveryTag);
    this.settled.set(deliveryTag, false);
  }

  flush(): void {
    const { fresh } = this;
    this.fresh = [];
    this.advance();
    for (const deliveryTag of fresh) {
      if (deliveryTag <= this.upTo) continue;
      this.settled.set(deliveryTag, true);
      this.send(deliveryTag, false);
    }
  }

  private advance(): void {
    let last: number | undefined;
    let count = 0;
    for (let told = this.settled.get(this.upTo + 1); told !== undefined; told = this.settled.get(this.upTo + 1)) {
      this.settled.delete(++this.upTo);
      if (told) continue;
      last = this.upTo;
      count++;
    }
    // The broker must know the tag that is named; of those before, it skips what it no longer holds.
    if (last !== undefined) this.send(last, count > 1);
  }
}
