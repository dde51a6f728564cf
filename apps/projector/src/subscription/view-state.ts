/** What a lane knows of one generation of one projection. */
import type { TableNames } from '#adapters/views';
import type { Projection } from '../projections/projection.js';
import type { LaneState } from './lane.js';

export interface ViewState extends LaneState {
  readonly projection: Projection;
  /** Of a generation that is not live; gone from the moment it is. */
  names?: TableNames | undefined;
}
