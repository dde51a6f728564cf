import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LiveMessage } from '#ports';
import { Outbox } from './outbox.js';

const message = (n: number, data: LiveMessage['data'] = {}): LiveMessage => ({ room: 'r', event: 'e', data: { ...data, n } });
const takeAll = (sut: Outbox) => {
  const parcels = [];
  for (let parcel = sut.take(); parcel; parcel = sut.take()) parcels.push(parcel);
  return parcels;
};

describe('the outbox', () => {
  it('gives everything in order, in counted batches of a bounded size', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 12 }), (counts) => {
        const sut = new Outbox();
        let n = 0;
        for (const count of counts) sut.push(Array.from({ length: count }, () => message(n++)));
        const parcels = takeAll(sut);
        expect(parcels.flatMap(({ messages }) => messages.map(({ data }) => data.n))).toEqual(Array.from({ length: n }, (_, at) => at));
        expect(parcels.map((parcel) => parcel.n)).toEqual(parcels.map((_, at) => at + 1));
        for (const { messages } of parcels) expect(messages.length).toBeLessThanOrEqual(512);
        expect(sut.isEmpty).toBe(true);
      }),
    ));

  it.each([
    ['numbers', { time: Array.from({ length: 20_000 }, (_, at) => at) }],
    ['text', { note: 'x'.repeat(160_000) }],
    ['texts', { notes: Array.from({ length: 2_000 }, () => 'x'.repeat(80)) }],
    ['parts', { position: { lat: Array.from({ length: 20_000 }, () => 1) } }],
  ])('ends a batch early where messages are large: %s', (_, data) => {
    const sut = new Outbox();
    sut.push([1, 2, 3, 4].map((n) => message(n, data)));
    expect(takeAll(sut).map(({ messages }) => messages.length)).toEqual([2, 2]);
  });

  it('lets everything go beyond its bounds, and says so before what comes next', () => {
    const sut = new Outbox();
    sut.push(Array.from({ length: 20_001 }, (_, n) => message(n)));
    expect([sut.size, sut.dropped]).toEqual([0, 20_001]);
    const large = { note: 'x'.repeat(1_000_000) };
    for (let n = 0; n < 20; n++) sut.push([message(n, large)]);
    expect(sut.size).toBeLessThanOrEqual(9);
    sut.push([message(7)]);
    const [first, ...others] = takeAll(sut);
    expect(first).toMatchObject({ n: 1, gap: true });
    expect(others.every(({ gap }) => gap === undefined)).toBe(true);
  });

  it('tells a gap also where nothing else waits, once', () => {
    const sut = new Outbox();
    sut.gap();
    expect(takeAll(sut)).toEqual([{ n: 1, gap: true, messages: [] }]);
  });
});
