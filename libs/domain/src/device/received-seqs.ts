/** Which sequence numbers of a device were received: what makes a resent reading count once. */
import type { Seq } from '#contracts';
import { normalSeq, plainSeq, seqAfter, seqBefore, seqOf, seqsFrom, type SeqValue } from './seq.js';

/** How many gaps are remembered. A device in order has none; one that lost every second reading of 65,536 still fits. At
 *  16 bytes a gap this is 512 kB for the worst device, and some 200 bytes for a device in order. */
export const SEQ_GAPS_MAX = 32_768;
/** Numbers in a chunk: what receiving one number copies at most. */
const CHUNK_BOUNDS_MAX = 512;

/** `forgotten`: in a gap that was closed, so that nobody can tell. */
export type SeqNews = 'new' | 'duplicate' | 'forgotten';

export interface FrozenSeqs {
  /** Sorted, disjoint, inclusive: first, last, first, last … */
  bounds: Seq[];
  /** The stretch in which gaps were closed, and how many numbers were missing in them. */
  closed?: [first: Seq, last: Seq, missing: Seq];
}

/** A part of the sorted bounds, never empty. Only the set of the same edition may change it; others copy it first. */
interface Chunk {
  bounds: SeqValue[];
  edition: number;
}

let editions = 0;

/** Sorted, disjoint, inclusive ranges. `offer` changes it: whoever keeps a state offers to a `clone`, which is cheap. */
export class ReceivedSeqs {
  private edition = ++editions;

  private constructor(
    private chunks: Chunk[],
    private ranges: number,
    private closed: { first: SeqValue; last: SeqValue; missing: bigint } | undefined,
    private readonly gapsMax: number,
  ) {}

  static empty(gapsMax = SEQ_GAPS_MAX): ReceivedSeqs {
    return new ReceivedSeqs([], 0, undefined, gapsMax);
  }

  clone(): ReceivedSeqs {
    this.edition = ++editions;
    return new ReceivedSeqs(this.chunks.slice(), this.ranges, this.closed, this.gapsMax);
  }

  get rangeCount(): number {
    return this.ranges;
  }

  /** Receives a number, and says whether it was received before. */
  offer(seq: SeqValue): SeqNews {
    const { chunks } = this;
    const at = this.chunkOf(seq);
    if (at === chunks.length) this.append(seq);
    else {
      const { bounds } = chunks[at]!;
      const place = placeIn(bounds, seq);
      if (bounds[place]! <= seq) return this.isForgotten(seq) ? 'forgotten' : 'duplicate';
      this.insert(at, place, seq);
    }
    if (this.ranges - 1 > this.gapsMax) this.closeLowestGap();
    return 'new';
  }

  has(seq: SeqValue): boolean {
    const chunk = this.chunks[this.chunkOf(seq)];
    return chunk !== undefined && chunk.bounds[placeIn(chunk.bounds, seq)]! <= seq;
  }

  /** Numbers never received between the lowest and the highest. `ranges` gives the lowest of the remembered gaps. */
  missing(): { count: bigint; ranges(limit: number): [first: Seq, last: Seq][] } {
    const bounds = this.chunks.flatMap((chunk) => chunk.bounds);
    let count = this.closed?.missing ?? 0n;
    for (let at = 1; at + 1 < bounds.length; at += 2) count += seqsFrom(bounds[at]!, bounds[at + 1]!) - 2n;
    const gap = (i: number): [Seq, Seq] => [plainSeq(seqAfter(bounds[2 * i + 1]!)), plainSeq(seqBefore(bounds[2 * i + 2]!))];
    return { count, ranges: (limit) => Array.from({ length: Math.max(0, Math.min(limit, this.ranges - 1)) }, (_, i) => gap(i)) };
  }

  freeze(): FrozenSeqs {
    const bounds = this.chunks.flatMap((chunk) => chunk.bounds.map(plainSeq));
    if (this.closed === undefined) return { bounds };
    const { first, last, missing } = this.closed;
    return { bounds, closed: [plainSeq(first), plainSeq(last), plainSeq(normalSeq(missing))] };
  }

  static thaw(frozen: FrozenSeqs, gapsMax = SEQ_GAPS_MAX): ReceivedSeqs {
    const [first, last, missing] = frozen.closed ?? [];
    const closed = first === undefined ? undefined : { first: seqOf(first), last: seqOf(last!), missing: BigInt(missing!) };
    // Arrays of their final length: one that grows keeps room for sixteen more, in each of 100,000 devices.
    const chunks = Array.from({ length: Math.ceil(frozen.bounds.length / CHUNK_BOUNDS_MAX) }, (_, i) => {
      return { bounds: frozen.bounds.slice(i * CHUNK_BOUNDS_MAX, (i + 1) * CHUNK_BOUNDS_MAX).map(seqOf), edition: 0 };
    });
    return new ReceivedSeqs(chunks, frozen.bounds.length / 2, closed, gapsMax);
  }

  /** The first chunk that ends at or after `seq`; the number of chunks where none does. */
  private chunkOf(seq: SeqValue): number {
    const { chunks } = this;
    let low = 0;
    let high = chunks.length;
    // Nearly every number is newer than all before it.
    if (high === 0 || chunks[high - 1]!.bounds.at(-1)! < seq) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (chunks[middle]!.bounds.at(-1)! < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The bounds of a chunk, to be changed. */
  private own(at: number): SeqValue[] {
    const chunk = this.chunks[at]!;
    if (chunk.edition === this.edition) return chunk.bounds;
    const bounds = chunk.bounds.slice();
    this.chunks[at] = { bounds, edition: this.edition };
    return bounds;
  }

  /** `seq` lies after everything. */
  private append(seq: SeqValue): void {
    const newest = this.chunks.length - 1;
    const last = this.chunks[newest]?.bounds;
    if (last !== undefined && seqAfter(last.at(-1)!) === seq) {
      this.own(newest)[last.length - 1] = seq;
      return;
    }
    if (last !== undefined && last.length < CHUNK_BOUNDS_MAX) this.own(newest).push(seq, seq);
    else this.chunks = [...this.chunks, { bounds: [seq, seq], edition: this.edition }];
    this.ranges++;
  }

  /** `seq` lies before the range at `place` of a chunk, and after the range before that. */
  private insert(at: number, place: number, seq: SeqValue): void {
    const previous = place > 0 ? this.chunks[at]!.bounds[place - 1] : this.chunks[at - 1]?.bounds.at(-1);
    const joinsPrevious = previous !== undefined && seqAfter(previous) === seq;
    const joinsNext = this.chunks[at]!.bounds[place] === seqAfter(seq);
    if (joinsPrevious && joinsNext) return this.join(at, place);
    if (joinsNext) this.own(at)[place] = seq;
    else if (joinsPrevious && place > 0) this.own(at)[place - 1] = seq;
    else if (joinsPrevious) this.own(at - 1)[this.chunks[at - 1]!.bounds.length - 1] = seq;
    else {
      this.own(at).splice(place, 0, seq, seq);
      this.ranges++;
      this.split(at);
    }
  }

  /** Makes one range of the one at `place` of a chunk and the one before it. */
  private join(at: number, place: number): void {
    this.ranges--;
    if (place > 0) return void this.own(at).splice(place - 1, 2);
    const before = this.own(at - 1);
    before[before.length - 1] = this.chunks[at]!.bounds[1]!;
    if (this.chunks[at]!.bounds.length === 2) this.chunks.splice(at, 1);
    else this.own(at).splice(0, 2);
  }

  private split(at: number): void {
    const { bounds } = this.chunks[at]!;
    if (bounds.length <= CHUNK_BOUNDS_MAX) return;
    this.chunks.splice(at + 1, 0, { bounds: bounds.splice(CHUNK_BOUNDS_MAX / 2), edition: this.edition });
  }

  private closeLowestGap(): void {
    const at = this.chunks[0]!.bounds.length === 2 ? 1 : 0;
    const place = at === 1 ? 0 : 2;
    const first = seqAfter(this.chunks[0]!.bounds[1]!);
    const last = seqBefore(this.chunks[at]!.bounds[place]!);
    const { closed } = this;
    this.closed = {
      first: closed !== undefined && closed.first < first ? closed.first : first,
      last: closed !== undefined && closed.last > last ? closed.last : last,
      missing: seqsFrom(first, last) + (closed?.missing ?? 0n),
    };
    this.join(at, place);
  }

  private isForgotten(seq: SeqValue): boolean {
    return this.closed !== undefined && seq >= this.closed.first && seq <= this.closed.last;
  }
}

/** The first range of a chunk that ends at or after `seq`; there is one. */
function placeIn(bounds: readonly SeqValue[], seq: SeqValue): number {
  let low = 0;
  let high = bounds.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bounds[middle * 2 + 1]! < seq) low = middle + 1;
    else high = middle;
  }
  return low * 2;
}
