/** The same as a season ago. */
import { roll, type ForecastModel } from '../model.js';

export const seasonalNaive: ForecastModel = naive('seasonal-naive', 'Seasonal naive', ({ season }) => season);

export const longSeasonalNaive: ForecastModel = naive('long-seasonal-naive', 'Seasonal naive, long season', ({ longSeason }) => longSeason);

function naive(name: string, label: string, lagOf: (seasons: Parameters<ForecastModel['needs']>[0]) => number | undefined): ForecastModel {
  return {
    name,
    label,
    needs: (seasons) => lagOf(seasons) ?? Infinity,
    fit: (_, seasons) => {
      const lag = lagOf(seasons)!;
      return {
        parameters: { lag },
        from: (values, origins, horizon) =>
          roll(values, origins, horizon, { take: () => undefined, ahead: (h, origin) => values[origin - lag + ((h - 1) % lag)]! }),
      };
    },
  };
}
