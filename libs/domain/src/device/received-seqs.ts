/** Which sequence numbers of a device were received: what makes a resent reading count once. */
import type { Seq } from '#contracts';

/** How many gaps are remembered. A device in order has none; a store-and-forward device that lost every second reading of
 *  65,536 still fits. At 16 bytes a gap this is 512 kB for the worst device, and some 100 bytes for a device in order. */
export const SEQ_GAPS_MAX = 32_768;
export const SEQ_MAX = 2n ** 64n - 1n;

/** Inside: a number while it is safe, else a bigint; the two never mean the same value, so `===` works. */
export type SeqValue = number | bigint;
export type SeqNews = 'new' | 'duplicate' | 'forgotten';

export interface FrozenSeqs {
  /** Sorted, disjoint, inclusive: first, last, first, last … */
  bounds: Seq[];
  /** The stretch in which gaps were closed, and how many numbers were missing in them. */
  closed?: [first: Seq, last: Seq, missing: Seq];
}

/** A 64-bit sequence number as it was sent (number or decimal text); undefined where it is none. */
export function parseSeq(value: unknown): SeqValue | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value + 0 : undefined;
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) return undefined;
  const big = BigInt(value);
  return big > SEQ_MAX ? undefined : normal(big);
}

/** As events and snapshots hold it. */
export const plainSeq = (seq: SeqValue): Seq => (typeof seq === 'number' ? seq : seq.toString());
export const seqOf = (plain: Seq): SeqValue => (typeof plain === 'number' ? plain : normal(BigInt(plain)));

const normal = (value: bigint): SeqValue => (value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value);
const after = (seq: SeqValue): SeqValue =>
  typeof seq === 'number' && seq < Number.MAX_SAFE_INTEGER ? seq + 1 : normal(BigInt(seq) + 1n);
const before = (seq: SeqValue): SeqValue => (typeof seq === 'number' ? seq - 1 : normal(seq - 1n));
const between = (first: SeqValue, last: SeqValue): bigint => BigInt(last) - BigInt(first) + 1n;

/** Sorted, disjoint, inclusive ranges. `offer` changes it: whoever keeps a state offers to a `clone`. */
export class ReceivedSeqs {
  private constructor(
    private readonly bounds: SeqValue[],
    private closed: { first: SeqValue; last: SeqValue; missing: bigint } | undefined,
    private readonly gapsMax: number,
  ) {}

  static empty(gapsMax = SEQ_GAPS_MAX): ReceivedSeqs {
    return new ReceivedSeqs([], undefined, gapsMax);
  }

  clone(): ReceivedSeqs {
    return new ReceivedSeqs(this.bounds.slice(), this.closed, this.gapsMax);
  }

  get rangeCount(): number {
    return this.bounds.length / 2;
  }

  /** Receives a number, and says whether it was received before; `forgotten` where that cannot be told any more. */
  offer(seq: SeqValue): SeqNews {
    const { bounds } = this;
    const end = bounds.length;
    if (end !== 0 && seq === after(bounds[end - 1]!)) {
      bounds[end - 1] = seq;
      return 'new';
    }
    const at = this.rangeFrom(seq);
    if (at < end && bounds[at]! <= seq) return this.isForgotten(seq) ? 'forgotten' : 'duplicate';
    this.insert(at, seq);
    if (bounds.length / 2 - 1 > this.gapsMax) this.closeLowestGap();
    return 'new';
  }

  has(seq: SeqValue): boolean {
    const at = this.rangeFrom(seq);
    return at < this.bounds.length && this.bounds[at]! <= seq;
  }

  /** Numbers never received between the lowest and the highest. */
  missing(): { count: bigint; ranges(limit: number): [first: Seq, last: Seq][] } {
    const { bounds } = this;
    let count = this.closed?.missing ?? 0n;
    for (let at = 1; at + 1 < bounds.length; at += 2) count += between(bounds[at]!, bounds[at + 1]!) - 2n;
    return { count, ranges: (limit) => this.gaps(limit) };
  }

  freeze(): FrozenSeqs {
    const bounds = this.bounds.map(plainSeq);
    if (this.closed === undefined) return { bounds };
    const { first, last, missing } = this.closed;
    return { bounds, closed: [plainSeq(first), plainSeq(last), plainSeq(normal(missing))] };
  }

  static thaw(frozen: FrozenSeqs, gapsMax = SEQ_GAPS_MAX): ReceivedSeqs {
    const [first, last, missing] = frozen.closed ?? [];
    const closed =
      first === undefined ? undefined : { first: seqOf(first), last: seqOf(last!), missing: BigInt(missing!) };
    return new ReceivedSeqs(frozen.bounds.map(seqOf), closed, gapsMax);
  }

  /** Index of the first range that ends at or after `seq`. */
  private rangeFrom(seq: SeqValue): number {
    const { bounds } = this;
    let low = 0;
    let high = bounds.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bounds[middle * 2 + 1]! < seq) low = middle + 1;
      else high = middle;
    }
    return low * 2;
  }

  /** `seq` lies before the range at `at` and after the one before it. */
  private insert(at: number, seq: SeqValue): void {
    const { bounds } = this;
    const joinsNext = at < bounds.length && bounds[at] === after(seq);
    const joinsPrevious = at > 0 && seq === after(bounds[at - 1]!);
    if (joinsPrevious && joinsNext) bounds.splice(at - 1, 2);
    else if (joinsNext) bounds[at] = seq;
    else if (joinsPrevious) bounds[at - 1] = seq;
    else bounds.splice(at, 0, seq, seq);
  }

  private closeLowestGap(): void {
    const first = after(this.bounds[1]!);
    const last = before(this.bounds[2]!);
    const { closed } = this;
    const missing = between(first, last) + (closed?.missing ?? 0n);
    this.closed =
      closed === undefined
        ? { first, last, missing }
        : { first: first < closed.first ? first : closed.first, last: last > closed.last ? last : closed.last, missing };
    this.bounds.splice(1, 2);
  }

  private isForgotten(seq: SeqValue): boolean {
    return this.closed !== undefined && seq >= this.closed.first && seq <= this.closed.last;
  }

  private gaps(limit: number): [Seq, Seq][] {
    const ranges: [Seq, Seq][] = [];
    for (let at = 1; at + 1 < this.bounds.length && ranges.length < limit; at += 2) {
      ranges.push([plainSeq(after(this.bounds[at]!)), plainSeq(before(this.bounds[at + 1]!))]);
    }
    return ranges;
  }
}
