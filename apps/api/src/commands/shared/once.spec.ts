import { describe, expect, it } from 'vitest';
import { refuse } from '../../doors/rest/problem-error.js';
import { FakeQueue } from '../../testing/fake-queue.js';
import type { Mint } from './mint.js';
import { Once, type OnceRequest } from './once.js';

const SECRET = Buffer.alloc(32, 7);
const request = (more: Partial<OnceRequest> = {}): OnceRequest => ({
  accountId: 'a1',
  route: 'POST /devices',
  key: 'k',
  correlationId: 'c',
  body: '{}',
  ...more,
});

function setUp() {
  const queue = new FakeQueue();
  let works = 0;
  const work = async (mint: Mint) => {
    works++;
    await new Promise((resolve) => setImmediate(resolve));
    return { status: 201, body: { id: mint.id('d'), works } };
  };
  return { queue, work, worked: () => works, open: () => new Once(queue, SECRET, () => 0) };
}

describe('once', () => {
  it('does the work of twenty at once one time, and gives all the same', async () => {
    const { work, worked, open } = setUp();
    const sut = open();
    const answers = await Promise.all(Array.from({ length: 20 }, () => sut.run(request(), work)));
    expect(worked()).toBe(1);
    expect(new Set(answers.map(({ outcome }) => JSON.stringify(outcome))).size).toBe(1);
  });

  it('gives the first answer and the same secret again after a restart', async () => {
    const { work, worked, open } = setUp();
    const first = await open().run(request(), work);
    const again = await open().run(request(), work);
    expect(again.outcome).toEqual(first.outcome);
    expect(again.mint.apiKey()).toBe(first.mint.apiKey());
    expect(worked()).toBe(1);
  });

  it('refuses the key with another body, also while the first is under way', async () => {
    const { work, worked, open } = setUp();
    const sut = open();
    const first = sut.run(request(), work);
    await expect(sut.run(request({ body: '{"x":1}' }), work)).rejects.toMatchObject({ code: 'idempotency.key-reused' });
    await first;
    await expect(open().run(request({ body: '{"x":1}' }), work)).rejects.toMatchObject({ code: 'idempotency.key-reused' });
    expect(worked()).toBe(1);
  });

  it('goes on with the same ids where a crash came between claim and answer', async () => {
    const { work, open } = setUp();
    const ids: string[] = [];
    const crash = async (mint: Mint) => {
      ids.push(mint.id('d'));
      throw new Error('the process died here');
    };
    await expect(open().run(request(), crash)).rejects.toThrow('died');
    const { outcome } = await open().run(request(), work);
    expect(outcome.body['id']).toBe(ids[0]);
  });

  it('keeps a refusal, but not one that may pass', async () => {
    const { work, open } = setUp();
    const taken = await open().run(request({ key: 'a' }), async () => Promise.reject(refuse('device.id-taken', 'taken')));
    expect(taken.outcome).toMatchObject({ status: 409, body: { code: 'device.id-taken' } });
    expect((await open().run(request({ key: 'a' }), work)).outcome.status).toBe(409);
    await expect(
      open().run(request({ key: 'b' }), async () => Promise.reject(refuse('overload.queue-full', 'full'))),
    ).rejects.toMatchObject({ code: 'overload.queue-full' });
    expect((await open().run(request({ key: 'b' }), work)).outcome.status).toBe(201);
  });

  it('belongs to an account and a route, and makes new things without a key', async () => {
    const { work, worked, open } = setUp();
    const sut = open();
    for (const other of [{}, { accountId: 'a2' }, { route: 'POST /api-keys' }, { key: undefined }, { key: undefined }])
      await sut.run(request(other), work);
    expect(worked()).toBe(5);
  });

  it('keeps nothing in the log that a password could be searched by', async () => {
    const { queue, work, open } = setUp();
    const body = '{"password":"secret"}';
    const { createHash } = await import('node:crypto');
    const seen: string[] = [];
    const send = queue.send.bind(queue);
    queue.send = (envelope) => (seen.push(JSON.stringify(envelope)), send(envelope));
    await open().run(request({ body }), work);
    expect(seen.join()).not.toContain(createHash('sha256').update(body).digest('hex'));
    expect(seen.join()).not.toContain('secret');
  });
});
