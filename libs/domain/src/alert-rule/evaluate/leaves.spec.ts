import { describe, expect, it } from 'vitest';
import type { AlertCondition } from '#contracts';
import { evaluatorOf, outcomes, readings, T0 } from './testing/rules.js';

describe('conditions', () => {
  it('range: outside fires, and inside by the hysteresis clears', () =>
    expect(outcomes({ type: 'range', field: 't', min: 10, max: 20, hysteresis: 2 }, [15, 21, 19, 18, 9, 11, 12])).toEqual([
      [1, 'raised'],
      [3, 'cleared'],
      [4, 'raised'],
      [6, 'cleared'],
    ]));

  it('rate: by the reading before', () =>
    expect(outcomes({ type: 'rate', field: 't', op: '>', value: 2, per: '1m' }, [0, 2, 5, null, 6])).toEqual([
      [2, 'raised'],
      [4, 'cleared'],
    ]));

  it('rate: over a window', () =>
    expect(outcomes({ type: 'rate', field: 't', op: '>=', value: 60, per: '1h', over: '3m' }, [0, 0, 0, 1, 2, 3, 4, 4, 4])).toEqual([
      [5, 'raised'],
      [7, 'cleared'],
    ]));

  it('geofence: inside and outside of a ring, alone and together', () => {
    const polygon: [number, number][] = [
      [0, 0],
      [0, 10],
      [10, 10],
      [10, 0],
      [5, 5],
    ];
    const places: [number, number][] = [
      [20, 20],
      [2, 5],
      [5, 2],
      [8, 8],
    ];
    const kinds = (when: 'inside' | 'outside') => {
      const sut = evaluatorOf({ type: 'geofence', field: 'p', polygon, when });
      const state = sut.initial(T0, 0);
      return places.flatMap(([lat, lon], i) =>
        sut.receive(state, 'd1', readings(i, { p: { lat: [lat], lon: [lon] } })).map(({ kind }) => [i, kind]),
      );
    };
    // The corner at 5, 5 cuts 5, 2 out of the ring.
    expect(kinds('inside')).toEqual([
      [1, 'raised'],
      [2, 'cleared'],
      [3, 'raised'],
    ]);
    expect(kinds('outside')).toEqual([
      [0, 'raised'],
      [1, 'cleared'],
      [2, 'raised'],
      [3, 'cleared'],
    ]);
  });

  it('anomaly: by the score', () =>
    expect(outcomes({ type: 'anomaly', field: 't', score: 0.9 }, [1, 1, 1, 5, 1, 3, 2])).toEqual([
      [3, 'raised'],
      [5, 'cleared'],
    ]));

  it('forecast: before the bound is reached', () => {
    const rising = Array.from({ length: 60 }, (_, minute) => minute);
    const [[minute]] = outcomes({ type: 'forecast', field: 't', op: '>', value: 50, within: '10m' }, rising) as [[number, string]];
    expect(minute).toBe(41);
    const steady = Array.from({ length: 60 }, (_, n) => 40 + (n % 2));
    expect(outcomes({ type: 'forecast', field: 't', op: '>', value: 50, within: '10m' }, steady)).toEqual([]);
  });

  it('compare: with another device', () => {
    const condition: AlertCondition = {
      type: 'compare',
      left: { field: 't' },
      op: '>',
      right: { deviceId: 'outside', field: 't' },
      offset: 5,
    };
    const sut = evaluatorOf(condition);
    expect(sut.others).toEqual(['outside']);
    const state = sut.initial(T0, 0);
    const seen = [
      ...sut.receive(state, 'd1', readings(0, { t: [20] })),
      ...sut.receive(state, 'd1', readings(1, { t: [10] }, { deviceId: 'outside' })),
      ...sut.receive(state, 'd1', readings(2, { t: [16] }, { deviceId: 'outside' })),
    ];
    expect(seen).toMatchObject([
      { kind: 'raised', position: 2, cause: 't = 20, outside t = 10 (> + 5)' },
      { kind: 'cleared', position: 3 },
    ]);
  });

  it('all and any: of what is known of each', () => {
    const u: AlertCondition = { type: 'threshold', field: 'u', op: '<', value: 0 };
    const t: AlertCondition = { type: 'threshold', field: 't', op: '>', value: 0 };
    const run = (type: 'all' | 'any') => {
      const sut = evaluatorOf({ type, of: [t, u] });
      const state = sut.initial(T0, 0);
      const batches = [readings(0, { t: [1] }), readings(1, { u: [-1] }), readings(2, { t: [-1] }), readings(3, { u: [1] })];
      return batches.flatMap((batch, i) => sut.receive(state, 'd1', batch).map(({ kind }) => [i, kind]));
    };
    expect(run('all')).toEqual([
      [1, 'raised'],
      [2, 'cleared'],
    ]);
    expect(run('any')).toEqual([
      [0, 'raised'],
      [3, 'cleared'],
    ]);
  });

  it('look at booleans as 0 and 1, at parts of vectors, and at nothing where there is text', () => {
    const fires = (field: string, fields: never) => {
      const sut = evaluatorOf({ type: 'threshold', field, op: '>', value: 0.5 });
      return sut.receive(sut.initial(T0, 0), 'd1', readings(0, fields)).length === 1;
    };
    expect(fires('open', { open: [true] } as never)).toBe(true);
    expect(fires('open', { open: [false] } as never)).toBe(false);
    expect(fires('a.x', { a: { x: [1], y: [0] } } as never)).toBe(true);
    expect(fires('a', { a: { x: [1] } } as never)).toBe(false);
    expect(fires('state', { state: ['ok'] } as never)).toBe(false);
    expect(fires('toString', { t: [1] } as never)).toBe(false);
  });
});
