/** The network as a forecasting model among the others: trained on the values, asked from any origin for any number of steps. */
import type { Fitted, ForecastModel } from '../forecast/model.js';
import { baseOf, featureCount, levelAt, reachOf, writeFeatures, type Shown } from './forecast-features.js';
import { predict, type Network } from './network.js';
import { trainNetwork } from './train-network.js';
import { keptNetwork, networkOf, type TrainedForecaster } from './trained-model.js';

export interface LearnedSettings {
  horizon: number;
  offset: number;
  seed: number;
  /** How much of one training is done. */
  progress?: (done: number) => void;
  /** Told what was trained. */
  keep?: (trained: TrainedForecaster['networks'][number]) => void;
}

export const LEARNED = 'learned';

/** Beyond, it goes on from its own forecasts. */
const HORIZON_MAX = 192;
/** With fewer origins to learn from, a network learns them by heart. */
const ORIGINS_MIN = 100;

export function learnedModel({ horizon, offset, seed, progress, keep }: LearnedSettings): ForecastModel {
  const atOnce = Math.min(horizon, HORIZON_MAX);
  return {
    name: LEARNED,
    label: 'Neural network',
    needs: (seasons) => reachOf(seasons) + atOnce + ORIGINS_MIN,
    fit(values, seasons) {
      const scale = scaleOf(values);
      if (!(scale > 0)) return undefined;
      const shown = { seasons, offset, horizon: atOnce, scale };
      const network = train(values, shown, seed, progress);
      keep?.({ until: offset + values.length, scale, network: keptNetwork(network) });
      return askedWith(network, shown);
    },
  };
}

/** One that is kept, asked of what came after its training and of nothing else. `offset` is that of the values now. */
export function keptModel({ networks, horizon }: TrainedForecaster, offset: number): ForecastModel {
  return {
    name: LEARNED,
    label: 'Neural network',
    needs: (seasons) => reachOf(seasons),
    fit(values, seasons) {
      const known = networks.findLast(({ until }) => until <= offset + values.length);
      return known && askedWith(networkOf(known.network), { seasons, offset, horizon: Math.min(horizon, HORIZON_MAX), scale: known.scale });
    },
  };
}

function train(values: Float64Array, shown: Shown, seed: number, progress: LearnedSettings['progress']): Network {
  const { seasons, horizon, scale } = shown;
  const first = reachOf(seasons);
  const origins = values.length - first - horizon + 1;
  const draw: Parameters<typeof trainNetwork>[0]['draw'] = (random, features, at) => {
    const origin = first + random.below(origins);
    const steps = 1 + random.below(horizon);
    writeFeatures({ values, origin, steps, level: levelAt(values, origin, seasons) }, shown, features, at);
    return (values[origin + steps - 1]! - baseOf(values, origin, steps, seasons)) / scale;
  };
  return trainNetwork({ inputs: featureCount(seasons), seed, draw }, progress);
}

function askedWith(network: Network, shown: Shown): Fitted {
  const { horizon: atOnce } = shown;
  return {
    parameters: { inputs: network.inputs, hidden: network.hidden, weights: network.weights.length },
    from: (values, origins, horizon) =>
      origins.map((origin) => {
        const reach = reachOf(shown.seasons);
        const path = new Float64Array(reach + horizon);
        path.set(values.subarray(origin - reach, origin));
        for (let known = 0; known < horizon; known += atOnce) {
          const steps = Math.min(atOnce, horizon - known);
          ahead(network, path, reach + known, steps, { ...shown, offset: shown.offset + origin - reach });
        }
        return path.slice(reach);
      }),
  };
}

/** Writes the steps after `origin` into the path. */
function ahead(network: Network, path: Float64Array, origin: number, steps: number, shown: Shown): void {
  const features = new Float64Array(network.inputs);
  const level = levelAt(path, origin, shown.seasons);
  for (let h = 1; h <= steps; h++) {
    writeFeatures({ values: path, origin, steps: h, level }, shown, features, 0);
    path[origin + h - 1] = baseOf(path, origin, h, shown.seasons) + shown.scale * predict(network, features);
  }
}

/** The mean distance from the mean. */
function scaleOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return values.reduce((sum, value) => sum + Math.abs(value - mean) / values.length, 0);
}
