/** The models of `forecast`. */
import { ofLogs, type ForecastModel } from './model.js';
import { autoregression } from './models/autoregression.js';
import { doubleSeason } from './models/double-season.js';
import { holtWintersAdditive, holtWintersMultiplicative } from './models/holt-winters-model.js';
import { longSeasonalNaive, seasonalNaive } from './models/seasonal-naive.js';
import { damped, holt, simple, theta } from './models/smoothed.js';

export const MODELS: readonly ForecastModel[] = [
  seasonalNaive,
  longSeasonalNaive,
  simple,
  holt,
  damped,
  theta,
  holtWintersAdditive,
  holtWintersMultiplicative,
  doubleSeason,
  ofLogs(doubleSeason),
  autoregression,
  ofLogs(autoregression),
];
