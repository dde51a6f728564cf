/** Two servers that are compared, and what of a device is. */
import type { ApiClient } from '../client/api-client.js';

export interface Sides {
  here: ApiClient;
  there: ApiClient;
}

export const PARTS = ['series', 'latest', 'ledger', 'rejections'] as const;
export type Part = (typeof PARTS)[number];
