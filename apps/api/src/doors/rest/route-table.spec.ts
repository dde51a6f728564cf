import { describe, expect, it } from 'vitest';
import { correlationIdOf } from './correlation.js';
import { bodyHashOf, commandIdOf, idempotencyKeyOf } from './idempotency-key.js';
import { depthOf } from './json-body.js';
import { refusalOf, refuse } from './problem-error.js';
import { failureOf } from './problem-reply.js';
import { RouteTable } from './route-table.js';

describe('route table', () => {
  const sut = new RouteTable();
  sut.add('/api/v1/devices', 'GET');
  sut.add('/api/v1/devices', 'POST');
  sut.add('/api/v1/devices/:id', 'GET');
  sut.add('/api/v1/devices/:deviceId', 'DELETE');

  it.each([
    ['/api/v1/devices', ['GET', 'POST']],
    ['/api/v1/devices/d1', ['DELETE', 'GET']],
    ['/api/v1/devices/', []],
    ['/api/v1/devices/d1/x', []],
    ['/', []],
  ])('knows what %s takes', (path, methods) => expect(sut.methodsOf(path)).toEqual(methods));
});

describe('problems', () => {
  it('carry status, advice and their own members', () => {
    expect(failureOf(refuse('auth.missing-scope', 'no', { scope: 'manage' })).problem).toMatchObject({
      status: 403,
      code: 'auth.missing-scope',
      scope: 'manage',
      advice: expect.stringContaining('scope'),
    });
  });

  it('do not tell what broke inside', () => {
    const { problem } = failureOf(new Error('SELECT secret FROM …'));
    expect(problem).toMatchObject({ status: 500, code: 'defect' });
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it.each([
    [{ code: 'FST_ERR_CTP_BODY_TOO_LARGE' }, 413],
    [{ statusCode: 413 }, 413],
    [{ code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE' }, 415],
    [{ statusCode: 415 }, 415],
    [{ code: 'FST_ERR_BAD_URL' }, 400],
    [{ statusCode: 400 }, 400],
  ])('are made of %j', (members, status) => expect(failureOf(Object.assign(new Error('x'), members)).problem.status).toBe(status));

  it('say when to come again, wherever that can help', () => {
    expect(refusalOf({ ok: false, code: 'limit.mailbox', message: 'full', retryAfterMs: 1_200 }).headers).toEqual({ 'retry-after': '2' });
    expect(refusalOf({ ok: false, code: 'overload.queue-full', message: 'full' }).headers).toEqual({ 'retry-after': '1' });
    expect(refusalOf({ ok: false, code: 'device.unknown', message: 'no' }).headers).toEqual({});
  });
});

describe('idempotency keys', () => {
  it.each(['a', 'x'.repeat(255), '!"#~'])('may be %.20s', (key) => expect(idempotencyKeyOf({ 'idempotency-key': key })).toBe(key));

  it.each(['', ' ', 'a b', 'x'.repeat(256), 'ä', 'a\t'])('may not be %j', (key) => {
    expect(() => idempotencyKeyOf({ 'idempotency-key': key })).toThrow(expect.objectContaining({ code: 'idempotency.bad-key' }));
  });

  it('give another command for another account, route or key', () => {
    const ids = [
      commandIdOf('a1', 'POST /x', 'k'),
      commandIdOf('a1', 'POST /x', 'k'),
      commandIdOf('a2', 'POST /x', 'k'),
      commandIdOf('a1', 'POST /y', 'k'),
      commandIdOf('a1', 'POST /x', 'l'),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(bodyHashOf('json', Buffer.from('1'))).not.toBe(bodyHashOf('csv', Buffer.from('1')));
  });
});

describe('correlation ids', () => {
  it('are the client’s where they can be used, else new', () => {
    expect(correlationIdOf({ headers: { 'x-correlation-id': 'order-7' } })).toBe('order-7');
    expect(correlationIdOf({ headers: { 'x-correlation-id': 'bad\nid' } })).not.toContain('bad');
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(correlationIdOf({ headers: { traceparent } })).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(correlationIdOf({ headers: { traceparent, 'x-correlation-id': 'order-7' } })).toBe('order-7');
    expect(correlationIdOf({ headers: { traceparent: '00-0-0-01' } })).toMatch(/^[0-9a-f]{12}-/);
    expect(correlationIdOf({ headers: {} })).not.toBe(correlationIdOf({ headers: {} }));
  });
});

describe('depth of JSON', () => {
  it.each([
    ['{}', 1],
    ['[[[]]]', 3],
    ['{"a":"[[[["}', 1],
    ['{"a":"\\"[[","b":[1]}', 2],
    ['"[[["', 0],
  ])('of %s is %i', (text, depth) => expect(depthOf(Buffer.from(text))).toBe(depth));
});
