/** Holt–Winters, damped, as a forecasting model. */
import { fitShares } from '../../fitting/fit-shares.js';
import { aheadHoltWinters, beginHoltWinters, stepHoltWinters } from '../../holt-winters/holt-winters-step.js';
import { roll, type ForecastModel } from '../model.js';

export const holtWintersAdditive: ForecastModel = model('holt-winters-additive', 'Holt–Winters, additive', false);
export const holtWintersMultiplicative: ForecastModel = model('holt-winters-multiplicative', 'Holt–Winters, multiplicative', true);

const STARTS = [
  [0.3, 0.02, 0.2, 0.95],
  [0.8, 0.02, 0.1, 0.9],
];

function model(name: string, label: string, isMultiplicative: boolean): ForecastModel {
  return {
    name,
    label,
    needs: ({ season }) => (season < 2 ? Infinity : 2 * season + 3),
    fit(values, { season }) {
      if (isMultiplicative && values.some((value) => value <= 0)) return undefined;
      const begun = beginHoltWinters(values, season, isMultiplicative);
      const begin = (): typeof begun => ({ ...begun, seasonal: [...begun.seasonal] });
      const criterion = ([alpha, beta, gamma, phi]: readonly number[]): number => {
        const state = begin();
        const shares = { alpha: alpha!, beta: beta!, gamma: gamma!, phi: phi! };
        let sum = 0;
        for (let i = season; i < values.length; i++)
          sum += (values[i]! - stepHoltWinters(state, values[i]!, shares, isMultiplicative)) ** 2;
        return sum;
      };
      const free = [undefined, undefined, undefined, undefined];
      const [alpha, beta, gamma, phi] = fitShares(criterion, free, STARTS, [...free.slice(1).map(() => SHARE), [0.8, 0.98]]) as Four;
      return {
        parameters: { alpha, beta, gamma, phi },
        from(all, origins, horizon) {
          const state = begin();
          return roll(all, origins, horizon, {
            first: season,
            take: (value) => void stepHoltWinters(state, value, { alpha, beta, gamma, phi }, isMultiplicative),
            ahead: (h) => aheadHoltWinters(state, h, phi, isMultiplicative),
          });
        },
      };
    },
  };
}

const SHARE = [0.0001, 0.9999] as const;
type Four = [number, number, number, number];
