/** Nothing came for too long, by the clock of arrival. It holds from the deadline on, however much later that is noticed. */
import type { NoDataCondition } from '#contracts';
import { durationMs } from '../duration.js';
import type { Leaf, LeafState } from './leaf.js';

export interface SilenceState extends LeafState {
  /** When the latest came, or the rule began. */
  arrivedAt: number;
}

export function silence({ field, within }: NoDataCondition): Leaf<SilenceState> {
  return {
    inputs: [],
    silence: { withinMs: durationMs(within), ...(field !== undefined && { field }) },
    initial: (startedAt) => ({ h: false, arrivedAt: startedAt }),
    cause: () => `nothing of ${field ?? 'the device'} for ${within}`,
    step: () => undefined,
  };
}
