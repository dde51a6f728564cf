/** Rate limits that all api replicas share through Redis, without asking it for every request. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { RateLimiter, type RateLimit } from '#ports';
import { checkHealth, connect, type ConnectConfig } from './connect.js';
import { SharedBudget, type BudgetSource } from './shared-budget.js';
import { SharedBudgets, type Spending, type Spent } from './shared-budgets.js';

export interface RedisRateLimiterConfig extends ConnectConfig {
  /** Begins the names of what is kept in Redis. */
  name?: string;
}

export interface RedisRateLimiter extends RateLimiter {
  /** Rejects with why limits are not shared now. */
  health(): Promise<void>;
  figures(): Record<string, number>;
}

/** Budgets remembered here; one forgotten is asked for again. */
const BUDGETS_MAX = 100_000;
/** Longer, and a request would notice. */
const ANSWER_MS_MAX = 250;
/** How long Redis is left alone after it failed to answer. */
const PAUSE_MS = 1_000;

/** Rejects with one line that says why not, where Redis is missing or refuses. */
export async function openRedisRateLimiter(config: RedisRateLimiterConfig): Promise<RedisRateLimiter> {
  const client = await connect(
    config,
    // What cannot be asked at once is not worth asking later.
    (url, options) => new Redis(url, { ...options, enableOfflineQueue: false, maxRetriesPerRequest: 0, enableAutoPipelining: true }),
  );
  return new SharedRateLimiter(client, config.name ?? 'thingsio');
}

class SharedRateLimiter extends RateLimiter implements RedisRateLimiter {
  private readonly shared: SharedBudgets;
  /** In the order of their use. */
  private readonly budgets = new Map<string, SharedBudget>();
  private readonly counts = { asked: 0, unanswered: 0 };
  private awayUntil = -Infinity;

  constructor(
    private readonly client: Redis,
    name: string,
  ) {
    super();
    this.shared = new SharedBudgets(client, `${name}:limit:`);
  }

  budget(name: string, limit: RateLimit, now: number): SharedBudget {
    const known = this.budgets.get(name) ?? new SharedBudget(limit, this.sourceOf(name, limit), now);
    this.budgets.delete(name);
    this.budgets.set(name, known);
    if (this.budgets.size > BUDGETS_MAX) this.budgets.delete(this.budgets.keys().next().value!);
    return known;
  }

  health(): Promise<void> {
    return checkHealth(this.client);
  }

  figures(): Record<string, number> {
    return { ...this.counts, budgets: this.budgets.size };
  }

  async close(): Promise<void> {
    this.budgets.clear();
    this.client.disconnect();
  }

  private sourceOf(name: string, limit: RateLimit): BudgetSource {
    return {
      isThere: () => this.client.status === 'ready' && performance.now() >= this.awayUntil,
      spend: (spending) => this.spend(name, limit, spending),
    };
  }

  private async spend(name: string, limit: RateLimit, spending: Spending): Promise<Spent> {
    this.counts.asked++;
    const late = new AbortController();
    const tooLong = sleep(ANSWER_MS_MAX, undefined, { signal: late.signal }).then(() => {
      throw new Error(`Redis gives no answer within ${ANSWER_MS_MAX} ms`);
    });
    try {
      return await Promise.race([this.shared.spend(name, limit, spending), tooLong]);
    } catch (error) {
      this.counts.unanswered++;
      this.awayUntil = performance.now() + PAUSE_MS;
      throw error;
    } finally {
      tooLong.catch(() => undefined);
      late.abort();
    }
  }
}
