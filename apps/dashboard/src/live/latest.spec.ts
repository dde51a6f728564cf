import { describe, expect, it } from 'vitest';
import { latestIn, newer } from './latest.js';

const message = (time: number[], fields: Record<string, (number | null)[] | Record<string, (number | null)[]>>) => ({
  deviceId: 'd',
  position: '1',
  time,
  fields,
});

describe('latest values', () => {
  it('takes the latest by device time, not by arrival', () => {
    expect(latestIn(message([30, 10, 20], { t: [3, 1, 2] }))).toEqual({ t: { value: 3, time: 30 } });
  });

  it('skips readings without the field', () => {
    expect(latestIn(message([10, 20], { t: [1, null], u: [null, null] }))).toEqual({ t: { value: 1, time: 10 } });
  });

  it('gives a location as one value and leaves out the parts nobody sent', () => {
    const sut = latestIn(message([10], { at: { lat: [1], lon: [2], alt: [null] } }));
    expect(sut).toEqual({ at: { value: { lat: 1, lon: 2 }, time: 10 } });
  });

  it('is never moved back by late data', () => {
    const held = { t: { value: 9, time: 90 } };
    expect(newer(held, { t: { value: 1, time: 10 } })).toEqual(held);
    expect(newer(held, { t: { value: 8, time: 90 } })).toEqual({ t: { value: 8, time: 90 } });
  });
});
