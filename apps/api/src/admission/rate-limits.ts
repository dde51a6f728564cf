/** How much one key may ask: requests are paid before, readings after, when their number is known. */
import type { Limits } from '#platform';
import type { RateBudget, RateLimiter } from '#ports';
import { refuse } from '../doors/rest/problem-error.js';
import { BoundedMap } from './bounded-map.js';

/** Keys whose budgets are at hand: far above those active within a second. */
const BUDGETS_MAX = 50_000;

interface Budget {
  requests: RateBudget;
  readings: RateBudget;
}

export class RateLimits {
  readonly requestsPolicy: string;
  readonly readingsPolicy: string;
  private readonly budgets = new BoundedMap<string, Budget>(BUDGETS_MAX);

  constructor(
    private readonly limits: Pick<Limits, 'keyRequestsPerSecondMax' | 'keyReadingsPerSecondMax'>,
    private readonly limiter: RateLimiter,
  ) {
    this.requestsPolicy = `"requests";q=${limits.keyRequestsPerSecondMax};w=1`;
    this.readingsPolicy = `${this.requestsPolicy}, "readings";q=${limits.keyReadingsPerSecondMax};w=1`;
  }

  /** Takes one request; with `readings`, also refuses where earlier readings are not yet paid off. A promise only where the limiter
   *  has to ask others first. */
  admit(credentialId: string, now: number, readings: boolean): Budget | Promise<Budget> {
    const budget = this.budgetOf(credentialId, now);
    const taken = budget.requests.take(1, now);
    if (typeof taken === 'boolean') return this.admitted(budget, taken, readings && budget.readings.isEmpty(now));
    return taken.then((took) => this.admitted(budget, took, readings && budget.readings.isEmpty(now)));
  }

  /** The `RateLimit` header (draft-ietf-httpapi-ratelimit-headers). */
  header(budget: Budget, readings: boolean): string {
    const requests = `"requests";r=${budget.requests.remaining()};t=1`;
    return readings ? `${requests}, "readings";r=${budget.readings.remaining()};t=1` : requests;
  }

  private admitted(budget: Budget, requestTaken: boolean, readingsOwed: boolean): Budget {
    const { keyRequestsPerSecondMax, keyReadingsPerSecondMax } = this.limits;
    if (!requestTaken) {
      throw refuse('limit.requests', `More than ${keyRequestsPerSecondMax} requests a second.`, {}, this.refused(budget, 'requests', 1));
    }
    if (readingsOwed) {
      throw refuse('limit.readings', `More than ${keyReadingsPerSecondMax} readings a second.`, {}, this.refused(budget, 'readings', 1));
    }
    return budget;
  }

  private refused(budget: Budget, name: keyof Budget, amount: number): Record<string, string> {
    const seconds = budget[name].secondsUntil(amount);
    return { 'retry-after': String(seconds), 'ratelimit-policy': this.readingsPolicy, ratelimit: `"${name}";r=0;t=${seconds}` };
  }

  private budgetOf(credentialId: string, now: number): Budget {
    const known = this.budgets.get(credentialId);
    if (known) return known;
    const { keyRequestsPerSecondMax: requests, keyReadingsPerSecondMax: readings } = this.limits;
    const ofASecond = (name: string, capacity: number): RateBudget =>
      this.limiter.budget(`${name}:${credentialId}`, { ratePerSecond: capacity, capacity }, now);
    const budget = { requests: ofASecond('requests', requests), readings: ofASecond('readings', readings) };
    this.budgets.set(credentialId, budget);
    return budget;
  }
}

export type { Budget };
