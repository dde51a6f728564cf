/** Against guessing: sign-ups and sign-ins an address may try in a minute. Loopback is not limited. */
import { isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiter, type RateBudget } from '#ports';
import { refuse } from '../doors/rest/problem-error.js';
import { type ApiSettings, CLOCK, type Clock, SETTINGS } from '../tokens.js';

@Injectable()
export class SignInLimit {
  constructor(
    @Inject(SETTINGS) private readonly settings: ApiSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RateLimiter) private readonly limiter: RateLimiter,
  ) {}

  /** Throws `ProblemError`. Returns a promise only where the limiter has to ask others first. */
  check(address: string): void | Promise<void> {
    if (isLoopback(address)) return;
    const perMinute = this.settings.limits.signInsPerMinuteMax;
    const now = this.clock();
    const budget = this.limiter.budget(`sign-in:${networkOf(address)}`, { ratePerSecond: perMinute / 60, capacity: perMinute }, now);
    const taken = budget.take(1, now);
    if (typeof taken === 'boolean') return this.checked(address, budget, taken);
    return taken.then((took) => this.checked(address, budget, took));
  }

  private checked(address: string, budget: RateBudget, taken: boolean): void {
    if (taken) return;
    const perMinute = this.settings.limits.signInsPerMinuteMax;
    const seconds = String(budget.secondsUntil(1));
    throw refuse(
      'limit.sign-in',
      `More than ${perMinute} tries a minute from ${address}.`,
      {},
      { 'retry-after': seconds, 'ratelimit-policy': `"sign-in";q=${perMinute};w=60`, ratelimit: `"sign-in";r=0;t=${seconds}` },
    );
  }
}

export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '');
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

/** One customer commonly holds a /64: counting single IPv6 addresses would limit nobody. */
function networkOf(address: string): string {
  if (isIP(address) !== 6 || /^::ffff:/i.test(address)) return address.replace(/^::ffff:/i, '');
  const [head = '', tail = ''] = address.split('%')[0]!.split('::');
  const before = head.split(':').filter(Boolean);
  const after = address.includes('::') ? tail.split(':').filter(Boolean) : [];
  const groups = [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after];
  return groups.slice(0, 4).join(':');
}
