/** How much one key may ask: requests are paid before, readings after, when their number is known. */
import type { Limits } from '#platform';
import { refuse } from '../doors/rest/problem-error.js';
import { BoundedMap } from './bounded-map.js';
import { TokenBucket } from './token-bucket.js';

/** Budgets remembered; one forgotten starts full again, so this is far above the keys active within a second. */
const BUDGETS_MAX = 50_000;

interface Budget {
  requests: TokenBucket;
  readings: TokenBucket;
}

export class RateLimits {
  readonly requestsPolicy: string;
  readonly readingsPolicy: string;
  private readonly budgets = new BoundedMap<string, Budget>(BUDGETS_MAX);

  constructor(private readonly limits: Pick<Limits, 'keyRequestsPerSecondMax' | 'keyReadingsPerSecondMax'>) {
    this.requestsPolicy = `"requests";q=${limits.keyRequestsPerSecondMax};w=1`;
    this.readingsPolicy = `${this.requestsPolicy}, "readings";q=${limits.keyReadingsPerSecondMax};w=1`;
  }

  /** Takes one request; with `readings`, also refuses where earlier readings are not yet paid off. */
  admit(credentialId: string, now: number, readings: boolean): Budget {
    const budget = this.budgetOf(credentialId, now);
    if (!budget.requests.take(1, now)) {
      throw refuse(
        'limit.requests',
        `More than ${this.limits.keyRequestsPerSecondMax} requests a second.`,
        {},
        this.refused(budget, 'requests', 1),
      );
    }
    if (readings && budget.readings.isEmpty(now)) {
      throw refuse(
        'limit.readings',
        `More than ${this.limits.keyReadingsPerSecondMax} readings a second.`,
        {},
        this.refused(budget, 'readings', 1),
      );
    }
    return budget;
  }

  /** The `RateLimit` header (draft-ietf-httpapi-ratelimit-headers). */
  header(budget: Budget, readings: boolean): string {
    const requests = `"requests";r=${budget.requests.remaining()};t=1`;
    return readings ? `${requests}, "readings";r=${budget.readings.remaining()};t=1` : requests;
  }

  private refused(budget: Budget, name: keyof Budget, amount: number): Record<string, string> {
    const seconds = budget[name].secondsUntil(amount);
    return { 'retry-after': String(seconds), 'ratelimit-policy': this.readingsPolicy, ratelimit: `"${name}";r=0;t=${seconds}` };
  }

  private budgetOf(credentialId: string, now: number): Budget {
    const known = this.budgets.get(credentialId);
    if (known) return known;
    const { keyRequestsPerSecondMax: requests, keyReadingsPerSecondMax: readings } = this.limits;
    const budget = { requests: new TokenBucket(requests, requests, now), readings: new TokenBucket(readings, readings, now) };
    this.budgets.set(credentialId, budget);
    return budget;
  }
}

export type { Budget };
