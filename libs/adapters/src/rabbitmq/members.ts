/** Which ingestors live, as one of them hears it. Nobody is taken for dead while this one's own signs of life do not come back: then it is the broker that
 *  carries nothing. Pure. */

export interface Beat {
  memberId: string;
  /** The partitions it has not let go of. */
  holds: number[];
  /** Its last one. */
  leaving?: true;
}

/** Own signs of life that came back, a beat apart, with nothing from another since: then it is gone. */
const MISSED_MAX = 3;
/** Own ones that come back closer together than this part of a beat tell of one beat: some are sent between beats, and a broker that hung gives many at once. */
const A_BEAT_APART = 0.7;

export class Members {
  private readonly others = new Map<string, { missed: number; holds: Set<number> }>();

  private echoedAt = 0;

  constructor(
    readonly self: string,
    private readonly beatMs: number,
  ) {}

  /** True where who lives, or what another holds, is different now. */
  hear({ memberId, holds, leaving }: Beat, now: number): boolean {
    if (memberId === this.self) return this.echoed(now);
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

  private echoed(now: number): boolean {
    if (now - this.echoedAt < this.beatMs * A_BEAT_APART) return false;
    this.echoedAt = now;
    let gone = false;
    for (const [memberId, other] of this.others) {
      if (++other.missed < MISSED_MAX) continue;
      this.others.delete(memberId);
      gone = true;
    }
    return gone;
  }
}
