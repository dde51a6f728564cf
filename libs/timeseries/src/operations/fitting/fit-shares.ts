/** Fits parameters that lie between 0 and 1, as all smoothing parameters do. */
import { nelderMead } from './nelder-mead.js';

/** For descriptions of operations. */
export const HOW_FITTED =
  'Parameters left out are fitted: the sum of squared one-step-ahead errors is minimised by Nelder–Mead on their logits, from several starts.';

/** Longer series are fitted on their latest values, so that a fit takes a second at most. */
export const FIT_VALUES_MAX = 20_000;

/**
 * `given` holds a number where the parameter is fixed and undefined where it is wanted. Each start is a full set; the best end wins.
 * `bounds` are 0 and 1 where there are none; neither is ever reached.
 */
export function fitShares(
  criterion: (shares: readonly number[]) => number,
  given: readonly (number | undefined)[],
  starts: readonly (readonly number[])[],
  bounds: readonly (readonly [number, number])[] = [],
): number[] {
  const wanted = given.flatMap((value, index) => (value === undefined ? [index] : []));
  const whole = (free: readonly number[]): number[] => {
    const shares = given.map((value) => value ?? 0);
    wanted.forEach((index, k) => (shares[index] = fromLogit(free[k]!, bounds[index])));
    return shares;
  };
  if (wanted.length === 0) return whole([]);
  const ends = starts.map((start) =>
    nelderMead(
      (free) => criterion(whole(free)),
      wanted.map((index) => toLogit(start[index]!, bounds[index])),
    ),
  );
  return whole(ends.reduce((best, end) => (end.value < best.value ? end : best)).at);
}

const WIDE = [0, 1] as const;

function fromLogit(x: number, [low, high]: readonly [number, number] = WIDE): number {
  return low + (high - low) / (1 + Math.exp(-x));
}

function toLogit(share: number, [low, high]: readonly [number, number] = WIDE): number {
  const inside = Math.min(Math.max((share - low) / (high - low), 0.001), 0.999);
  return Math.log(inside / (1 - inside));
}
