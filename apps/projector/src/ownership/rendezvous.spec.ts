import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rendezvous } from './rendezvous.js';

const PARTS = 16;
const members = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 9 });

describe('rendezvous', () => {
  it('gives every part to a member, and no member more than its share, in whatever order they are known', () => {
    fc.assert(
      fc.property(members, (members) => {
        const given = rendezvous(members, PARTS);
        expect(given).toHaveLength(PARTS);
        for (const member of members) {
          const share = given.filter((one) => one === member).length;
          expect(share).toBeLessThanOrEqual(Math.ceil(PARTS / members.length));
        }
        expect(rendezvous(members.toReversed(), PARTS)).toEqual(given);
      }),
    );
  });

  it('leaves none of two without work', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 2 }), (two) => {
        expect(new Set(rendezvous(two, 4))).toEqual(new Set(two));
      }),
    );
  });

  it('moves about a share, and not everything, when one of them goes', () => {
    let moved = 0;
    const runs = 200;
    for (let run = 0; run < runs; run++) {
      const four = Array.from({ length: 4 }, (_, n) => `run ${run}, process ${n}`);
      const before = rendezvous(four, PARTS);
      const after = rendezvous(four.slice(1), PARTS);
      moved += before.filter((member, part) => member !== after[part]).length;
    }
    expect(moved / runs).toBeGreaterThanOrEqual(PARTS / 4);
    expect(moved / runs).toBeLessThan(PARTS / 2);
  });
});
