/** A 64-bit sequence number, as sent, as compared and as written down. */
import type { Seq } from '#contracts';

export const SEQ_MAX = 2n ** 64n - 1n;

/** Inside: a number while it is safe, else a bigint; the two never mean the same value, so `===` and `<` work. */
export type SeqValue = number | bigint;

/** Number or decimal text, as it was sent; undefined where it is no sequence number. */
export function parseSeq(value: unknown): SeqValue | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value + 0 : undefined;
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) return undefined;
  const big = BigInt(value);
  return big > SEQ_MAX ? undefined : normalSeq(big);
}

/** As events and snapshots hold it, and back. */
export const plainSeq = (seq: SeqValue): Seq => (typeof seq === 'number' ? seq : seq.toString());
export const seqOf = (plain: Seq): SeqValue => (typeof plain === 'number' ? plain : normalSeq(BigInt(plain)));

export const seqAfter = (seq: SeqValue): SeqValue =>
  typeof seq === 'number' && seq < Number.MAX_SAFE_INTEGER ? seq + 1 : normalSeq(BigInt(seq) + 1n);
export const seqBefore = (seq: SeqValue): SeqValue => (typeof seq === 'number' ? seq - 1 : normalSeq(seq - 1n));
/** How many there are from `first` to `last`, both counted. */
export const seqsFrom = (first: SeqValue, last: SeqValue): bigint => BigInt(last) - BigInt(first) + 1n;

export function normalSeq(value: bigint): SeqValue {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}
