/** All operations, in the order in which people are shown them. */
import { anomalies } from './anomalies/anomalies.js';
import { cumulative } from './change/cumulative.js';
import { difference } from './change/difference.js';
import { rate } from './change/rate.js';
import { decompose } from './decompose/decompose.js';
import { correlation } from './correlation/correlation.js';
import { crossCorrelation } from './correlation/cross-correlation.js';
import { forecast } from './forecast/forecast.js';
import { histogram } from './distribution/histogram.js';
import { percentiles } from './distribution/percentiles.js';
import { doubleExponentialSmoothing } from './double-exponential-smoothing/double-exponential-smoothing.js';
import { exponentialSmoothing } from './exponential-smoothing/exponential-smoothing.js';
import { holtWinters } from './holt-winters/holt-winters.js';
import { movingAverage } from './moving-average/moving-average.js';
import type { Operation } from './operation.js';
import { trainModel } from './learned/train-model.js';
import { resample } from './resample/resample.js';
import { geofence } from './places/geofence.js';
import { track } from './places/track.js';
import { trips } from './places/trips.js';
import { spectrum } from './spectrum/spectrum.js';
import { vector } from './vector/vector.js';

export const OPERATIONS: readonly Operation[] = [
  movingAverage,
  exponentialSmoothing,
  doubleExponentialSmoothing,
  holtWinters,
  forecast,
  decompose,
  anomalies,
  trainModel,
  resample,
  difference,
  rate,
  cumulative,
  percentiles,
  histogram,
  correlation,
  crossCorrelation,
  spectrum,
  vector,
  track,
  trips,
  geofence,
];

/** The operation of this name, if there is one. */
export function operationOf(name: string): Operation | undefined {
  return OPERATIONS.find((operation) => operation.name === name);
}
