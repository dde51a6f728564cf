/**
 * How unusual a size is among those seen before: a histogram of logarithmic bins, and above its upper 5 % a Pareto tail fitted to the excesses
 * (Hill 1975; as streaming peaks over threshold, Siffer et al. 2017). A series that often jumps gets a heavy tail, and its next jump surprises less.
 */
export interface Tail {
  /** How many sizes, halved from time to time. */
  n: number;
  bins: number[];
  /** The lowest bin of the tail less one: all above hold `above` sizes, whose bin numbers sum up to `sum`. */
  edge: number;
  above: number;
  sum: number;
}

const BINS_PER_OCTAVE = 4;
const LOWEST_OCTAVE = -8;
const BINS = 24 * BINS_PER_OCTAVE;
const TAIL_SHARE = 0.05;
/** Before there are excesses, and with the weight of ten of them: a tail that falls with the cube of the size. */
const PRIOR_EXCESS = 0.3;
const PRIOR_WEIGHT = 10;
/** With fewer, nothing is unusual. */
const LEARNING = 20;
/** The past is halved here, so that the last few ten thousand readings count most. */
const FORGET_AT = 32_768;

export const newTail = (): Tail => ({ n: 0, bins: new Array<number>(BINS).fill(0), edge: 0, above: 0, sum: 0 });

/** How surprising a size is, in decades (3: one in a thousand); then it is counted. Sizes are ratios to what is usual: not negative. */
export function surprise(tail: Tail, size: number): number {
  const octaves = size > 0 ? Math.min(Math.log2(size) - LOWEST_OCTAVE, BINS / BINS_PER_OCTAVE) : 0;
  const bin = Math.max(0, Math.min(BINS - 1, Math.floor(octaves * BINS_PER_OCTAVE)));
  const found = tail.n < LEARNING || bin === 0 ? 0 : decades(tail, octaves * BINS_PER_OCTAVE, bin);
  count(tail, bin);
  return found;
}

function decades({ n, bins, edge, above, sum }: Tail, place: number, bin: number): number {
  if (bin <= edge) {
    let higher = above + bins[bin]! / 2;
    for (let i = edge; i > bin; i--) higher += bins[i]!;
    return Math.log10((n + 1) / (higher + 1));
  }
  const excess = (((sum - above * (edge + 0.5)) / BINS_PER_OCTAVE) * Math.LN2 + PRIOR_EXCESS * PRIOR_WEIGHT) / (above + PRIOR_WEIGHT);
  const beyond = (((place - edge - 1) / BINS_PER_OCTAVE) * Math.LN2) / excess;
  return Math.log10((n + 1) / (above + 1)) + Math.max(beyond, 0) / Math.LN10;
}

function count(tail: Tail, bin: number): void {
  if (tail.n >= FORGET_AT) halve(tail);
  const { bins } = tail;
  tail.n++;
  bins[bin]!++;
  if (bin > tail.edge) {
    tail.above++;
    tail.sum += bin;
  }
  const most = TAIL_SHARE * tail.n;
  while (tail.edge > 0 && tail.above + bins[tail.edge]! < most) {
    tail.above += bins[tail.edge]!;
    tail.sum += bins[tail.edge]! * tail.edge;
    tail.edge--;
  }
  while (tail.edge < BINS - 1 && tail.above >= most) {
    tail.edge++;
    tail.above -= bins[tail.edge]!;
    tail.sum -= bins[tail.edge]! * tail.edge;
  }
}

/** Exact in binary, so that a state means the same however often it was written down and read. */
function halve(tail: Tail): void {
  tail.n /= 2;
  tail.above /= 2;
  tail.sum /= 2;
  for (let i = 0; i < BINS; i++) tail.bins[i]! /= 2;
}
