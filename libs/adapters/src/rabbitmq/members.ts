/** Which ingestors live, as one of them hears it. Time is counted in its own signs of life that came back: while the broker carries nothing, nobody is
 *  taken for dead. Pure. */

export interface Beat {
  memberId: string;
  /** The partitions it has not let go of. */
  holds: number[];
  /** Its last one. */
  leaving?: true;
}

/** Own signs of life that came back with nothing from another since: then it is gone. */
const MISSED_MAX = 3;

export class Members {
  private readonly others = new Map<string, { missed: number; holds: Set<number> }>();

  constructor(readonly self: string) {}

  /** True where who lives, or what another holds, is different now. */
  hear({ memberId, holds, leaving }: Beat): boolean {
    if (memberId === this.self) return this.echoed();
    if (leaving) return this.others.delete(memberId);
    const before = this.others.get(memberId);
    this.others.set(memberId, { missed: 0, holds: new Set(holds) });
    return before === undefined || before.holds.size !== holds.length || holds.some((partition) => !before.holds.has(partition));
  }

  knows(memberId: string): boolean {
    return memberId === this.self || this.others.has(memberId);
  }

  /** This one among them. */
  live(): string[] {
    return [this.self, ...this.others.keys()];
  }

  isHeldByAnother(partition: number): boolean {
    for (const { holds } of this.others.values()) if (holds.has(partition)) return true;
    return false;
  }

  /** After a time of hearing nothing, what is known is worth nothing. */
  forget(): void {
    this.others.clear();
  }

  private echoed(): boolean {
    let gone = false;
    for (const [memberId, other] of this.others) {
      if (++other.missed < MISSED_MAX) continue;
      this.others.delete(memberId);
      gone = true;
    }
    return gone;
  }
}
