import { describe, expect, it } from 'vitest';
import { learnedIn } from './learned.js';

const field = { deviceId: 'd1', field: 't' };

describe('what a result says of a network', () => {
  it('is told for each field of a forecast and of anomalies, and of a training', () => {
    const learned = { used: true, note: 'it is used', modelVersion: 2 };
    const told = [{ key: 'd1 t', used: true, note: 'it is used', modelVersion: 2 }];
    expect(
      learnedIn({
        fields: [
          { ...field, learned },
          { ...field, field: 'h' },
        ],
      }),
    ).toEqual(told);
    expect(learnedIn({ detector: 'learned', series: [{ ...field, learned }] })).toEqual(told);
    expect(learnedIn({ ...field, used: false, note: 'it is not used' })).toEqual([{ key: 'd1 t', used: false, note: 'it is not used' }]);
  });

  it('is nothing where none took part', () => {
    expect(learnedIn({ fields: [field] })).toEqual([]);
    expect(learnedIn({})).toEqual([]);
    expect(learnedIn({ series: 'x', note: 7 })).toEqual([]);
  });
});
