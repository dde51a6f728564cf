import { describe, expect, it } from 'vitest';
import { guardedLookup, isPrivate, RefusedAddressError, refusePrivateHost } from './guard.js';
import { sendWebhook } from './send-webhook.js';

describe('an address', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    'fe80::1%eth0',
    'fd00::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::7f00:1',
    '64:ff9b::10.0.0.1',
    '2002:a00:1::',
    'nonsense',
  ])('of a private network, or none, is private: %s', (address) => expect(isPrivate(address)).toBe(true));

  it.each([
    '1.1.1.1',
    '172.32.0.1',
    '192.169.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '::ffff:1.1.1.1',
    '64:ff9b::808:808',
    '2002:808:808::',
  ])('that is reached from everywhere is not: %s', (address) => expect(isPrivate(address)).toBe(false));
});

describe('a webhook to a private network', () => {
  it.each([
    'http://127.0.0.1:1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost:1/',
  ])('is refused for good, however it is written: %s', async (url) => {
    const sent = await sendWebhook({ type: 'webhook', url }, { body: '{}', deliveryId: 'x', now: 0, allowPrivate: false });
    expect(sent).toMatchObject({ ok: false, forGood: true, error: expect.stringContaining('private network') as string });
  });

  it('is found out when the name is looked up, by the very address that would be connected to', async () => {
    const error = await new Promise((resolve) => guardedLookup('localhost', {}, resolve));
    expect(error).toBeInstanceOf(RefusedAddressError);
    expect(() => refusePrivateHost('example.org')).not.toThrow();
  });
});
