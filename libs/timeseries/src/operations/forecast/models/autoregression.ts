/** A linear regression on values just before and about one season, two and a long season ago. */
import { solveRidge } from '../../fitting/ridge.js';
import { roll, type ForecastModel, type Seasons } from '../model.js';

/** How hard coefficients are pulled towards 0, as a share of the number of values. */
const RIDGE = 0.001;

/** Fitted on at most so many of the latest values. */
const FITTED_ON = 5_000;

export const autoregression: ForecastModel = {
  name: 'autoregression',
  label: 'Autoregression with seasonal lags',
  needs: (seasons) => Math.max(...lagsOf(seasons)) + 3 * lagsOf(seasons).length,
  fit(values, seasons) {
    const lags = lagsOf(seasons);
    const lagMax = Math.max(...lags);
    const latest = values.subarray(-(FITTED_ON + lagMax));
    const mean = latest.reduce((sum, value) => sum + value / latest.length, 0);
    const rows = latest.length - lagMax;
    const features = lags.map((lag) => Float64Array.from({ length: rows }, (_, row) => latest[row + lagMax - lag]! - mean));
    const target = Float64Array.from({ length: rows }, (_, row) => latest[row + lagMax]! - mean);
    const weights = solveRidge(features, target, RIDGE);
    return {
      parameters: Object.fromEntries(lags.map((lag, k) => [`lag${lag}`, weights[k]!])),
      from(all, origins, horizon) {
        const path = new Float64Array(lagMax + horizon);
        return roll(all, origins, horizon, {
          take: () => undefined,
          ahead(h, origin) {
            if (h === 1) for (let i = 0; i < lagMax; i++) path[i] = all[origin - lagMax + i]! - mean;
            let sum = 0;
            for (let k = 0; k < lags.length; k++) sum += weights[k]! * path[lagMax + h - 1 - lags[k]!]!;
            path[lagMax + h - 1] = sum;
            return mean + sum;
          },
        });
      },
    };
  },
};

function lagsOf({ season, longSeason }: Seasons): number[] {
  const around = (lag: number): number[] => [lag - 1, lag, lag + 1];
  const lags = season < 2 ? [1, 2, 3, 4] : [1, 2, 3, ...around(season), ...around(2 * season), ...(longSeason ? around(longSeason) : [])];
  return [...new Set(lags.filter((lag) => lag > 0))].sort((a, b) => a - b);
}
