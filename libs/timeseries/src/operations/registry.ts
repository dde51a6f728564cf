/** All operations, in the order in which people are shown them. */
import { cumulative } from './change/cumulative.js';
import { difference } from './change/difference.js';
import { rate } from './change/rate.js';
import { histogram } from './distribution/histogram.js';
import { percentiles } from './distribution/percentiles.js';
import type { Operation } from './operation.js';
import { resample } from './resample/resample.js';

export const OPERATIONS: readonly Operation[] = [resample, difference, rate, cumulative, percentiles, histogram];

/** The operation of this name, if there is one. */
export function operationOf(name: string): Operation | undefined {
  return OPERATIONS.find((operation) => operation.name === name);
}
