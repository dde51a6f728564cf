import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createMemoryRateLimiter } from '#adapters/memory';
import { ProblemError } from '../doors/rest/problem-error.js';
import { settingsOf } from '../testing/recorded.js';
import { Admission, type Needs } from './admission.js';
import { type Credential, hashOf, hashOver, isFromOtherSite, shownBy } from './credentials.js';
import type { KeyRing } from './key-ring.js';
import { isLoopback, SignInLimit } from './sign-in-limit.js';

const credential = (more: Partial<Credential> = {}): Credential => ({
  kind: 'api-key',
  hash: 'h',
  id: 'k1',
  accountId: 'a1',
  scopes: new Set(['read', 'write']),
  ...more,
});

function setUp(found: Credential | undefined, limits = {}) {
  let now = 0;
  const keys = { cached: () => found, find: async () => undefined } as unknown as KeyRing;
  const sut = new Admission(keys, settingsOf(limits), () => now, createMemoryRateLimiter());
  const headers: Record<string, unknown> = {};
  const reply = { header: (name: string, value: unknown) => ((headers[name] = value), reply) } as unknown as FastifyReply;
  const admit = (needs: Needs, request: Partial<FastifyRequest> = {}) =>
    sut.admit(
      { headers: { authorization: 'Bearer tio_x' }, method: 'GET', params: {}, raw: { socket: {} }, ...request } as FastifyRequest,
      reply,
      needs,
    );
  return { admit, headers, wait: (ms: number) => (now += ms) };
}

const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as ProblemError).code;
  }
  return undefined;
};

describe('admission', () => {
  it('refuses a request without credentials, and one with a key nobody has', async () => {
    const { admit } = setUp(undefined);
    expect(codeOf(() => admit({ scope: 'read' }, { headers: {} }))).toBe('auth.missing');
    await expect(admit({ scope: 'read' })).rejects.toMatchObject({ code: 'auth.invalid' });
  });

  it('refuses a scope the key lacks', () => {
    expect(codeOf(() => setUp(credential()).admit({ scope: 'manage' }))).toBe('auth.missing-scope');
  });

  it('keeps a bound key to its devices, and from what concerns the account', () => {
    const { admit } = setUp(credential({ deviceIds: new Set(['d1']) }));
    expect(codeOf(() => admit({ scope: 'write', reach: 'device' }, { params: { id: 'd1' } }))).toBeUndefined();
    expect(codeOf(() => admit({ scope: 'write', reach: 'device' }, { params: { id: 'd2' } }))).toBe('auth.other-device');
    expect(codeOf(() => admit({ scope: 'read', reach: 'account' }))).toBe('auth.other-device');
  });

  it('says how much is left, refuses what is too much, and when to come again', () => {
    const { admit, headers, wait } = setUp(credential(), { keyRequestsPerSecondMax: 2 });
    admit({ scope: 'read' });
    expect(headers).toMatchObject({ ratelimit: '"requests";r=1;t=1', 'ratelimit-policy': '"requests";q=2;w=1' });
    admit({ scope: 'read' });
    expect(() => admit({ scope: 'read' })).toThrow(
      expect.objectContaining({ code: 'limit.requests', headers: expect.objectContaining({ 'retry-after': '1' }) }),
    );
    wait(500);
    expect(codeOf(() => admit({ scope: 'read' }))).toBeUndefined();
  });

  it('lets a cookie write from no page of another site', () => {
    const { admit } = setUp(credential({ kind: 'session' }));
    const cookie = 'a=b; thingsio_session=tis_x';
    const write = (headers: Record<string, string>) =>
      codeOf(() => admit({ scope: 'write' }, { method: 'POST', headers: { cookie, host: 'things.example', ...headers } }));
    expect(write({ origin: 'https://evil.example' })).toBe('auth.cross-site');
    expect(write({ 'sec-fetch-site': 'cross-site' })).toBe('auth.cross-site');
    expect(write({ 'sec-fetch-site': 'cross-site', origin: 'https://things.example' })).toBe('auth.cross-site');
    expect(write({ origin: 'https://things.example' })).toBeUndefined();
    expect(write({ 'sec-fetch-site': 'same-origin' })).toBeUndefined();
    expect(write({})).toBeUndefined();
    expect(codeOf(() => admit({ scope: 'read' }, { headers: { cookie } }))).toBeUndefined();
  });
});

describe('credentials', () => {
  it.each([
    [{ authorization: 'Bearer abc' }, { token: 'abc', byCookie: false }],
    [{ authorization: 'bearer abc' }, { token: 'abc', byCookie: false }],
    [{ authorization: 'Basic abc' }, { token: '', byCookie: false }],
    [{ 'x-api-key': ' abc ' }, { token: 'abc', byCookie: false }],
    [{ cookie: 'x=1; thingsio_session=abc' }, { token: 'abc', byCookie: true }],
    [
      { authorization: 'Bearer abc', cookie: 'thingsio_session=other' },
      { token: 'abc', byCookie: false },
    ],
    [{ cookie: 'my_thingsio_session=abc' }, undefined],
    [{}, undefined],
  ])('are found in %j', (headers, shown) => {
    expect(shownBy(headers)).toEqual(shown);
  });

  it('are not taken from a page whose origin is no URL', () => {
    expect(isFromOtherSite({ origin: 'null', host: 'things.example' })).toBe(true);
  });
});

describe('sign-in limit', () => {
  const tries = (address: string, sut: SignInLimit, count: number) => Array.from({ length: count }, () => codeOf(() => sut.check(address)));

  it('refuses the try after the last allowed, by address', () => {
    const sut = new SignInLimit(settingsOf({ signInsPerMinuteMax: 2 }), () => 0, createMemoryRateLimiter());
    expect(tries('192.0.2.1', sut, 3)).toEqual([undefined, undefined, 'limit.sign-in']);
    expect(tries('192.0.2.2', sut, 1)).toEqual([undefined]);
  });

  it('counts the addresses of one IPv6 network together', () => {
    const sut = new SignInLimit(settingsOf({ signInsPerMinuteMax: 1 }), () => 0, createMemoryRateLimiter());
    expect([...tries('2001:db8::1', sut, 1), ...tries('2001:db8:0:0:ffff::2', sut, 1), ...tries('2001:db8:0:1::1', sut, 1)]).toEqual([
      undefined,
      'limit.sign-in',
      undefined,
    ]);
  });

  it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('does not limit loopback (%s)', (address) => {
    expect(isLoopback(address)).toBe(true);
  });

  it.each(['128.0.0.1', '127.0.0.1.example', '::2', '::ffff:10.0.0.1'])('does not take %s for loopback', (address) => {
    expect(isLoopback(address)).toBe(false);
  });
});

describe('the hash of a token', () => {
  it('is the same over a connection, also when that shows another token', () => {
    const connection = {};
    for (const token of ['tio_a', 'tio_a', 'tio_b', 'tio_a']) expect(hashOver(connection, token)).toBe(hashOf(token));
  });
});
