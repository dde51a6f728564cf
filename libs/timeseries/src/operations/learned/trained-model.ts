/** A trained model as it is kept: plain JSON, of which the digest is taken. */
import { createHash } from 'node:crypto';
import type { Network } from './network.js';

export type TrainedModel = TrainedForecaster | TrainedDetector;
export type ModelKind = TrainedModel['kind'];

/** Weights as the bytes of little-endian float32, in base64. */
export interface KeptNetwork {
  inputs: number;
  hidden: number;
  weights: string;
}

export interface TrainedForecaster {
  kind: 'forecast';
  stepMs: number;
  season: number;
  longSeason?: number;
  horizon: number;
  /** Trained up to before the back-test, and on everything; each tells up to which step since 1970 (exclusive) it knows the series. */
  networks: { until: number; scale: number; network: KeptNetwork }[];
  used: boolean;
}

export interface TrainedDetector {
  kind: 'anomalies';
  /** It is asked of readings after this time, in ms: all before were learned from. */
  after: number;
  /** Length of the season in ms, and in readings where the series repeats itself. */
  period: number;
  lag?: number;
  scale: number;
  network: KeptNetwork;
  /** How far off it was on readings that it was not trained on. */
  beginning: object;
  /** The strength from which a reading is anomalous: on the readings held out it says no more than the ensemble. */
  limit: number;
  used: boolean;
}

/** What an analysis is given of a model that is kept: which one, and the model. */
export interface GivenModel {
  modelId: string;
  modelVersion: number;
  digest: string;
  model: TrainedModel;
}

/** Adds nothing to what it corrects. */
export const WITHOUT_NETWORK: KeptNetwork = { inputs: 0, hidden: 0, weights: Buffer.alloc(4).toString('base64') };

export const textOfModel = (model: TrainedModel): string => JSON.stringify(model);
export const digestOfModel = (text: string): string => createHash('sha256').update(text).digest('hex');

export function keptNetwork({ inputs, hidden, weights }: Network): KeptNetwork {
  const bytes = Buffer.alloc(weights.length * 4);
  weights.forEach((weight, i) => bytes.writeFloatLE(weight, 4 * i));
  return { inputs, hidden, weights: bytes.toString('base64') };
}

export function networkOf({ inputs, hidden, weights }: KeptNetwork): Network {
  const bytes = Buffer.from(weights, 'base64');
  return { inputs, hidden, weights: Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i)) };
}
