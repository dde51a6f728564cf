/** Budgets that all replicas share, as Redis keeps them: one script each, run there in one go. */
import type { Redis } from 'ioredis';
import type { RateLimit } from '#ports';

/** Takes `used` in any case, and up to `wanted` of what is then there, in whole. By the clock of Redis, the one clock that all share. Redis forgets
 *  a budget once it is full again. */
const SPEND = `
local limit_rate, capacity = tonumber(ARGV[1]), tonumber(ARGV[2])
local used, wanted = tonumber(ARGV[3]), tonumber(ARGV[4])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local known = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(known[1]) or capacity, tonumber(known[2]) or now
if now > at then tokens = math.min(capacity, tokens + (now - at) / 1000 * limit_rate) end
tokens = tokens - used
local granted = math.min(wanted, math.floor(math.max(0, tokens)))
tokens = tokens - granted
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - tokens) / limit_rate * 1000) + 1000)
return { granted, string.format('%.6f', tokens) }
`;

export interface Spending {
  /** Taken, however little is there. */
  used: number;
  /** Taken as far as it is there. */
  wanted: number;
}

export interface Spent {
  granted: number;
  /** What is left for everyone; below zero where more was used than there was. */
  left: number;
}

interface Scripted {
  spendBudget(key: string, ...numbers: (string | number)[]): Promise<[granted: number, left: string]>;
}

export class SharedBudgets {
  private readonly client: Redis & Scripted;

  constructor(
    client: Redis,
    private readonly keyPrefix: string,
  ) {
    client.defineCommand('spendBudget', { numberOfKeys: 1, lua: SPEND });
    this.client = client as Redis & Scripted;
  }

  /** Rejects where Redis is away. */
  async spend(name: string, { ratePerSecond, capacity }: RateLimit, { used, wanted }: Spending): Promise<Spent> {
    const [granted, left] = await this.client.spendBudget(`${this.keyPrefix}${name}`, ratePerSecond, capacity, used, wanted);
    return { granted, left: Number(left) };
  }
}
