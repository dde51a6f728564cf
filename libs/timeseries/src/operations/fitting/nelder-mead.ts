/** The downhill simplex: finds the least value of a function of a few numbers without its derivatives. */

export interface Minimum {
  at: number[];
  value: number;
  evaluations: number;
}

export interface SimplexOptions {
  /** Size of the first simplex. */
  step?: number;
  /** Ends when the values at all corners differ by less than this share … */
  tolerance?: number;
  /** … or after this many evaluations. */
  evaluationsMax?: number;
}

interface Corner {
  at: number[];
  value: number;
}

/** Nelder & Mead 1965, with the usual coefficients: reflect 1, expand 2, contract ½, shrink ½. A value that is no number counts as infinite. */
export function nelderMead(of: (at: readonly number[]) => number, start: readonly number[], options: SimplexOptions = {}): Minimum {
  const { step = 1, tolerance = 1e-9, evaluationsMax = 200 * start.length } = options;
  let evaluations = 0;
  const corner = (at: number[]): Corner => {
    evaluations++;
    const value = of(at);
    return { at, value: value === value ? value : Infinity };
  };
  const corners = [corner([...start]), ...start.map((_, axis) => corner(start.map((x, i) => (i === axis ? x + step : x))))];
  for (;;) {
    corners.sort((a, b) => a.value - b.value);
    const best = corners[0]!;
    const worst = corners.at(-1)!;
    const spread = Math.abs(worst.value - best.value);
    if (spread <= tolerance * (Math.abs(best.value) + tolerance) || evaluations >= evaluationsMax) return { ...best, evaluations };
    const next = better(corners, corner);
    if (next) corners[corners.length - 1] = next;
    else for (let i = 1; i < corners.length; i++) corners[i] = corner(between(best.at, corners[i]!.at, 0.5));
  }
}

/** What the worst corner is replaced by; nothing where the simplex must shrink. */
function better(corners: readonly Corner[], corner: (at: number[]) => Corner): Corner | undefined {
  const best = corners[0]!;
  const worst = corners.at(-1)!;
  const centre = best.at.map((_, axis) => corners.slice(0, -1).reduce((sum, { at }) => sum + at[axis]!, 0) / (corners.length - 1));
  const reflected = corner(between(centre, worst.at, -1));
  if (reflected.value < best.value) {
    const expanded = corner(between(centre, worst.at, -2));
    return expanded.value < reflected.value ? expanded : reflected;
  }
  if (reflected.value < corners.at(-2)!.value) return reflected;
  const contracted = corner(between(centre, reflected.value < worst.value ? reflected.at : worst.at, 0.5));
  return contracted.value < Math.min(reflected.value, worst.value) ? contracted : undefined;
}

const between = (from: readonly number[], to: readonly number[], share: number): number[] => from.map((x, i) => x + share * (to[i]! - x));
