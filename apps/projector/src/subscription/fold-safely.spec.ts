import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '#contracts';
import { inDevice, recorded } from '../testing/events.js';
import { foldSafely } from './fold-safely.js';

const events = recorded(Array.from({ length: 40 }, () => inDevice('a1.d1', 'DuplicatesDiscarded', { count: 1 })));
const foldUnless = (poison: number) => (some: readonly RecordedEvent[]) => {
  if (some.some(({ position }) => position === poison)) throw new Error('poison');
  return some.map(({ position }) => position);
};

describe('folding safely', () => {
  it('folds everything where nothing is wrong', () => {
    expect(foldSafely(foldUnless(0), events, 50)).toEqual({ changes: events.map(({ position }) => position), position: 50 });
  });

  it('has no changes where there are no events, and yet advances', () => {
    expect(foldSafely(foldUnless(0), [], 50)).toEqual({ changes: undefined, position: 50 });
  });

  it('folds all before the event it stumbles over, wherever that is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (poison) => {
        const folded = foldSafely(foldUnless(poison), events, 50);
        expect(folded.changes ?? []).toEqual(Array.from({ length: poison - 1 }, (_, n) => n + 1));
        expect(folded).toMatchObject({ position: poison - 1, poison: { position: poison } });
      }),
    );
  });
});
