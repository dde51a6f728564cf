/** Forecasts a column of evenly spaced values: back-test, choice, intervals. */
import { backtest, meanError, type Backtest, type Tested } from './backtest.js';
import { combine, combinedForecasts, weightedMean, type Member } from './combination.js';
import { halfWidths } from './intervals.js';
import type { ForecastModel, Seasons } from './model.js';
import { MODELS } from './models.js';

export interface Forecast {
  mean: Float64Array;
  lower80: Float64Array;
  upper80: Float64Array;
  lower95: Float64Array;
  upper95: Float64Array;
  /** `combination`, or the name of a model. */
  chosen: string;
  /** Mean absolute error of what was chosen, in the back-test. */
  error: number;
  members: { model: string; weight: number; parameters: Record<string, number> }[];
  backtest: { origins: number; steps: number; errors: Record<string, number> };
  /** Where a network was asked for as well: how it compares, and whether it is in what was chosen. */
  learned?: Comparison;
}

/** Mean absolute errors in the back-test. */
export interface Comparison {
  /** Of what is chosen without the network, and what that is. */
  classical: number;
  classicalModel: string;
  /** Of what is chosen with it, and of the network alone. */
  withNetwork: number;
  network: number;
  used: boolean;
}

export interface ForecastOptions {
  seasons: Seasons;
  horizon: number;
  /** `auto`, `combination`, or the name of a model. */
  model: string;
  /** A network that takes part where it does better than all others together. */
  learned?: ForecastModel | undefined;
}

/** With fewer values, the back-test would say nothing. */
export const VALUES_MIN = 12;

/** How much of the whole is done when the models, and with them the network, have been tested. */
const CLASSICAL_TESTED = 0.3;
const TESTED = 0.6;

/** A single model is chosen before the combination only where it was better by this share. */
const SINGLE_BETTER = 0.15;

/** A network is used only where what is chosen with it was better than without by this share: less than that may be luck. */
export const LEARNED_BETTER = 0.03;

/** Undefined where there are too few values to back-test the model asked for. */
export function forecastValues(
  values: Float64Array,
  { seasons, horizon, model, learned }: ForecastOptions,
  progress?: (done: number) => void,
): Forecast | undefined {
  if (values.length < VALUES_MIN) return undefined;
  const models: readonly ForecastModel[] = MODELS.filter(({ name }) => model === 'auto' || model === 'combination' || model === name);
  const tested = backtest(values, models, seasons, horizon, (done) => progress?.(done * CLASSICAL_TESTED));
  if (tested.tested.length === 0) return undefined;
  const { chosen, comparison } = withNetwork(values, tested, { seasons, horizon, model, learned });
  const fitted = chosen.members.map((member, at) => {
    progress?.(TESTED + ((1 - TESTED) * at) / chosen.members.length);
    return member.model.fit(values, seasons)!;
  });
  const ahead = fitted.map((one) => one.from(values, [values.length], horizon)[0]!);
  const mean = weightedMean(
    ahead,
    chosen.members.map(({ weight }) => weight),
  );
  const { origins } = tested;
  const width = (percent: 80 | 95): Float64Array =>
    halfWidths({ values, origins, forecasts: chosen.forecasts, season: seasons.season }, percent, horizon);
  const [narrow, wide] = [width(80), width(95)];
  return {
    mean,
    lower80: mean.map((it, h) => it - narrow[h]!),
    upper80: mean.map((it, h) => it + narrow[h]!),
    lower95: mean.map((it, h) => it - wide[h]!),
    upper95: mean.map((it, h) => it + wide[h]!),
    chosen: chosen.name,
    error: chosen.error,
    members: chosen.members.map((member, at) => ({ model: member.model.name, weight: member.weight, parameters: fitted[at]!.parameters })),
    backtest: {
      origins: origins.length,
      steps: chosen.forecasts[0]!.length,
      errors: Object.fromEntries(tested.tested.map((one) => [one.model.name, one.error])),
    },
    ...(comparison && { learned: comparison }),
  };
}

/** What was chosen without a network, or with it, where that was better by enough. */
function withNetwork(
  values: Float64Array,
  { tested, origins }: Backtest,
  { seasons, horizon, model, learned }: ForecastOptions,
): { chosen: Chosen; comparison?: Comparison } {
  const classical = choose(values, { tested, origins }, model);
  const network = learned && backtest(values, [learned], seasons, horizon).tested[0];
  if (!network) return { chosen: classical };
  const together = choose(values, { tested: [...tested, network], origins }, model);
  const hasNetwork = together.members.some((member) => member.model === learned);
  const used = hasNetwork && together.error < classical.error * (1 - LEARNED_BETTER);
  const comparison = {
    classical: classical.error,
    classicalModel: classical.name,
    withNetwork: together.error,
    network: network.error,
    used,
  };
  return { chosen: used ? together : classical, comparison };
}

interface Chosen {
  name: string;
  members: Member[];
  forecasts: Float64Array[];
  error: number;
}

function choose(values: Float64Array, { tested, origins }: Backtest, model: string): Chosen {
  const members = combine(tested);
  const forecasts = combinedForecasts(members);
  const error = meanError(values, origins, forecasts);
  const best = tested.reduce((least, one) => (one.error < least.error ? one : least));
  if (model === 'combination' && members.length > 1) return { name: 'combination', members, forecasts, error };
  if (model !== 'auto' || members.length === 1 || best.error < error * (1 - SINGLE_BETTER)) return single(best);
  return { name: 'combination', members, forecasts, error };
}

const single = (one: Tested): Chosen => {
  return { name: one.model.name, members: [{ ...one, weight: 1 }], forecasts: one.forecasts, error: one.error };
};
