/** Against guessing: sign-ups and sign-ins an address may try in a minute. Loopback is not limited. */
import { isIP } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { refuse } from '../doors/rest/problem-error.js';
import { type ApiSettings, CLOCK, type Clock, SETTINGS } from '../tokens.js';
import { BoundedMap } from './bounded-map.js';
import { TokenBucket } from './token-bucket.js';

const ADDRESSES_MAX = 100_000;

@Injectable()
export class SignInLimit {
  private readonly tries = new BoundedMap<string, TokenBucket>(ADDRESSES_MAX);

  constructor(
    @Inject(SETTINGS) private readonly settings: ApiSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  check(address: string): void {
    if (isLoopback(address)) return;
    const perMinute = this.settings.limits.signInsPerMinuteMax;
    const network = networkOf(address);
    const now = this.clock();
    const bucket = this.tries.get(network) ?? new TokenBucket(perMinute / 60, perMinute, now);
    this.tries.set(network, bucket);
    if (bucket.take(1, now)) return;
    const seconds = String(bucket.secondsUntil(1));
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
