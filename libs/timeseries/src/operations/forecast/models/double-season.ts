/** Two seasons, one within the other (a day within a week), that follow the values, and an autoregression of what is left. */
import { fitShares } from '../../fitting/fit-shares.js';
import { roll, type Fitted, type ForecastModel } from '../model.js';

interface State {
  level: number;
  short: Float64Array;
  long: Float64Array;
  /** The error of the step before. */
  error: number;
}

/** Taylor 2003, additive, without trend. */
export const doubleSeason: ForecastModel = {
  name: 'double-season',
  label: 'Exponential smoothing with two seasons',
  needs: ({ longSeason }) => (longSeason === undefined ? Infinity : 2 * longSeason + 2),
  fit(values, { season, longSeason }) {
    const begun = begin(values, season, longSeason!);
    const criterion = (shares: readonly number[]): number => {
      const state = copyOf(begun);
      let sum = 0;
      for (let i = season; i < values.length; i++) sum += advance(state, values[i]!, i, shares) ** 2;
      return sum;
    };
    return doubleSeasonWith(fitShares(criterion, [undefined, undefined, undefined, undefined], STARTS, BOUNDS), begun);
  },
};

/** `shares`: of the level, the short and the long season, and of the error of the step before. */
export function doubleSeasonWith(shares: readonly number[], begun: State): Fitted {
  const [season, longSeason] = [begun.short.length, begun.long.length];
  const [alpha, gamma, delta, phi] = shares as [number, number, number, number];
  return {
    parameters: { alpha, gamma, delta, phi },
    from(all, origins, horizon) {
      const state = copyOf(begun);
      return roll(all, origins, horizon, {
        first: season,
        take: (value, at) => void advance(state, value, at, shares),
        ahead(h, origin) {
          const at = origin + h - 1;
          return state.level + state.short[at % season]! + state.long[at % longSeason]! + phi ** h * state.error;
        },
      });
    },
  };
}

const copyOf = (state: State): State => ({ ...state, short: state.short.slice(), long: state.long.slice() });

const STARTS = [
  [0.05, 0.1, 0.1, 0.7],
  [0.2, 0.2, 0.3, 0.3],
];
const BOUNDS = [
  [0.0001, 0.9],
  [0.0001, 0.9],
  [0.0001, 0.9],
  [0.0001, 0.98],
] as const;

/** Gives the error of one step. */
function advance(state: State, value: number, at: number, [alpha, gamma, delta, phi]: readonly number[]): number {
  const s = at % state.short.length;
  const l = at % state.long.length;
  const rest = value - state.level - state.short[s]! - state.long[l]!;
  const error = rest - phi! * state.error;
  state.level += alpha! * error;
  state.short[s]! += gamma! * error;
  state.long[l]! += delta! * error;
  state.error = rest;
  return error;
}

/** The mean of the first long seasons, and what each phase of the short, then of the long one, differs from it. */
export function begin(values: Float64Array, season: number, longSeason: number): State {
  const used = values.subarray(0, Math.min(values.length - (values.length % longSeason), 4 * longSeason));
  const level = used.reduce((sum, value) => sum + value / used.length, 0);
  const short = phaseMeans(
    used.map((value) => value - level),
    season,
  );
  const long = phaseMeans(
    used.map((value, i) => value - level - short[i % season]!),
    longSeason,
  );
  return { level, short, long, error: 0 };
}

function phaseMeans(values: Float64Array, season: number): Float64Array {
  const cycles = values.length / season;
  const means = new Float64Array(season);
  values.forEach((value, i) => (means[i % season]! += value / cycles));
  return means;
}
