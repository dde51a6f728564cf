import { EventEmitter } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { InFlight } from './in-flight.js';

/** A request that has begun; `end` as when it is answered, or its client is gone. */
function begin(sut: InFlight, accountId: string, declared?: number) {
  const raw = new EventEmitter();
  const request = { headers: declared === undefined ? {} : { 'content-length': String(declared) }, credential: { accountId } };
  sut.enter(request as unknown as FastifyRequest, { raw } as unknown as FastifyReply);
  const { held } = request as unknown as FastifyRequest;
  return { take: (bytes: number) => held!.take(bytes), end: () => raw.emit('close') };
}

describe('bodies in flight', () => {
  it('hold what has come of them, not what they said would', () => {
    const sut = new InFlight(100);
    for (let idle = 0; idle < 50; idle++) begin(sut, 'a', 100);
    expect(begin(sut, 'b', 100).take(40)).toBe(true);
  });

  it('are refused where they do not fit in any more, and have room again when others have ended', () => {
    const sut = new InFlight(100);
    const [a, b] = [begin(sut, 'a'), begin(sut, 'b')];
    expect([a.take(50), b.take(40)]).toEqual([true, true]);
    expect(() => begin(sut, 'c', 11)).toThrow('Too many bytes');
    const c = begin(sut, 'c');
    expect([c.take(10), c.take(1)]).toEqual([true, false]);
    // What was refused holds nothing.
    expect(begin(sut, 'd').take(10)).toBe(true);
    a.end();
    expect(begin(sut, 'c', 50).take(50)).toBe(true);
  });

  it('leave a half of the room to other accounts', () => {
    const sut = new InFlight(100);
    const greedy = begin(sut, 'a');
    expect(greedy.take(50)).toBe(true);
    expect(begin(sut, 'a').take(1)).toBe(false);
    expect(begin(sut, 'b').take(50)).toBe(true);
    greedy.end();
    expect(begin(sut, 'a').take(50)).toBe(true);
  });

  it('may be larger than the room where there is nobody else', () => {
    const sut = new InFlight(100);
    const large = begin(sut, 'a', 500);
    expect([large.take(300), large.take(200)]).toEqual([true, true]);
    expect(() => begin(sut, 'b', 1)).toThrow('Too many bytes');
    large.end();
    large.end();
    expect(begin(sut, 'b', 100).take(50)).toBe(true);
  });
});
