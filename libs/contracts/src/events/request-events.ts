/** What is remembered of a request that carried an `Idempotency-Key` and spans several entities.
 *  Stream: `request-<accountId>.<sha256 of route and key>`. */
import type { Json } from '../json.js';

/** The key was used first with this body; `seed` makes ids and secrets of the answer reproducible. */
export interface RequestClaimed {
  type: 'RequestClaimed';
  data: { bodyHash: string; claimedAt: number };
}

export interface RequestAnswered {
  type: 'RequestAnswered';
  data: { status: number; body: Json };
}

export type RequestEvent = RequestClaimed | RequestAnswered;
