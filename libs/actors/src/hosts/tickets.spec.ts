import { describe, expect, it } from 'vitest';
import { Tickets } from './tickets.js';

describe('tickets', () => {
  it('gives back what was put, once', () => {
    const sut = new Tickets<string>();
    const [a, b] = [sut.put('a'), sut.put('b')];
    expect([sut.has(a), sut.take(a), sut.take(a), sut.has(a)]).toEqual([true, 'a', undefined, false]);
    expect([sut.size, sut.take(b), sut.size]).toEqual([1, 'b', 0]);
  });

  it('knows an old ticket from the new one of the same place', () => {
    const sut = new Tickets<string>();
    const old = sut.put('old');
    sut.take(old);
    const young = sut.put('young');
    expect(young).not.toBe(old);
    expect([sut.has(old), sut.take(old), sut.take(young)]).toEqual([false, undefined, 'young']);
  });

  it('holds as many places as were in use at once, and its tickets fit into an Int32', () => {
    const sut = new Tickets<number>();
    for (let round = 0; round < 3_000; round++) {
      const tickets = Array.from({ length: 10 }, (_, n) => sut.put(n));
      expect(Math.max(...tickets)).toBeLessThan(2 ** 31 - 1);
      expect(new Set(tickets.map((ticket) => ticket % 2 ** 20)).size).toBe(10);
      for (const ticket of tickets) sut.take(ticket);
    }
    expect(Math.max(...Array.from({ length: 10 }, () => sut.put(0) % 2 ** 20))).toBe(9);
  });

  it('takes all, and none of it again', () => {
    const sut = new Tickets<string>();
    const [, ticket] = [sut.put('a'), sut.put('b')];
    expect(sut.takeAll().sort()).toEqual(['a', 'b']);
    expect([sut.size, sut.take(ticket), sut.takeAll()]).toEqual([0, undefined, []]);
  });
});
