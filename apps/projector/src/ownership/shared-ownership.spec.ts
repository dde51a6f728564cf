import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ViewStore } from '#ports';
import { mortal, type Mortal } from '../testing/mortal.js';
import { FAST, until } from '../testing/place.js';
import { FakeSeriesGenerations, FakeSeriesStore } from '../testing/fake-series-store.js';
import { temporaryViews } from '../testing/views.js';
import type { Ownership } from './ownership.js';
import { rendezvous } from './rendezvous.js';
import { shareParts } from './shared-ownership.js';

const PARTS = 16;
const ALL = Array.from({ length: PARTS }, (_, part) => part);

interface Member {
  name: string;
  parts: Set<number>;
  process: Mortal;
  ownership: Ownership;
  /** How often it was told to take a part. */
  taken: number;
}

describe('sharing the parts', () => {
  let views: ViewStore;
  let remove: () => Promise<void>;
  const members: Member[] = [];
  beforeEach(async () => void ({ views, remove } = await temporaryViews()));
  afterEach(async () => {
    for (const { process, ownership } of members.splice(0)) {
      process.thaw();
      await Promise.race([ownership.close(), new Promise((resolve) => setTimeout(resolve, 300))]);
    }
    await remove();
  });

  const join = async (name: string, clockSkewMs = 0): Promise<Member> => {
    const process = mortal({ views, series: new FakeSeriesGenerations(new FakeSeriesStore()) });
    const member = { name, parts: new Set<number>(), process, taken: 0 } as Member;
    const host = {
      take: async (parts: readonly number[]) => {
        member.taken += parts.length;
        for (const part of parts) member.parts.add(part);
      },
      giveUp: async (parts: readonly number[]) => {
        for (const part of parts) member.parts.delete(part);
      },
    };
    const now = (): number => Date.now() + clockSkewMs;
    member.ownership = await shareParts({ views: process.views, member: name, now, warn: () => undefined, ...FAST })(host, PARTS);
    members.push(member);
    return member;
  };
  const ownedOnce = (...among: Member[]): boolean => {
    const owned = among.flatMap(({ parts }) => [...parts]);
    return owned.length === PARTS && new Set(owned).size === PARTS;
  };

  it('gives the first all parts at once', async () => {
    const one = await join('one');
    expect([...one.parts]).toEqual(ALL);
    expect(ALL.every((part) => one.ownership.holds(part))).toBe(true);
  });

  it('gives one that comes its share, and each part to one', async () => {
    const one = await join('one');
    const two = await join('two');
    await until(() => two.parts.size > 0 && ownedOnce(one, two));
    const three = await join('three');
    await until(() => three.parts.size > 0 && ownedOnce(one, two, three));
    const due = rendezvous(['one', 'two', 'three'], PARTS);
    for (const { name, parts } of [one, two, three])
      expect([...parts].sort((a, b) => a - b)).toEqual(ALL.filter((part) => due[part] === name));
  });

  it('hands the parts of one that leaves to the others, without waiting', async () => {
    const [one, two] = [await join('one'), await join('two')];
    await until(() => two.parts.size > 0 && ownedOnce(one, two));
    const beganAt = performance.now();
    await two.ownership.close();
    await until(() => one.parts.size === PARTS);
    expect(performance.now() - beganAt).toBeLessThan(FAST.ttlMs);
    expect(two.parts.size).toBe(0);
  });

  it('takes over the parts of one that is gone within its time, twice at most', async () => {
    const [one, two] = [await join('one'), await join('two')];
    await until(() => two.parts.size > 0 && ownedOnce(one, two));
    const beganAt = performance.now();
    two.process.kill();
    await until(() => one.parts.size === PARTS);
    expect(performance.now() - beganAt).toBeLessThan(3 * FAST.ttlMs);
  });

  it('lets one that was frozen know that its parts are not its own any more', async () => {
    const [one, two] = [await join('one'), await join('two')];
    await until(() => two.parts.size > 0 && ownedOnce(one, two));
    const [held] = [...two.parts] as [number];
    two.process.freeze();
    await until(() => one.parts.size === PARTS);
    expect(two.ownership.holds(held)).toBe(false);
    two.process.thaw();
    await until(() => two.parts.size > 0 && ownedOnce(one, two));
    expect((await one.ownership.holders()).size).toBe(PARTS);
    for (const member of [one, two])
      for (const part of member.parts) expect((await member.ownership.holders()).get(part)).toBe(member.ownership.mark(part));
  });

  it('is not disturbed by clocks that are hours apart', async () => {
    const [one, two] = [await join('one', -5 * 3_600_000), await join('two', 7 * 3_600_000)];
    await until(() => two.parts.size > 0 && ownedOnce(one, two));
    const before = one.taken + two.taken;
    await new Promise((resolve) => setTimeout(resolve, 4 * FAST.ttlMs));
    expect(ownedOnce(one, two)).toBe(true);
    expect(one.taken + two.taken).toBe(before);
  });
});
