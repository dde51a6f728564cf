import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Census, type CensusNote } from './census.js';

/** Processes that hear each other at once, unless one is deaf. */
class Town {
  readonly members = new Map<string, { census: Census; deaf: boolean; missed: number }>();

  join(name: string): Census {
    const member = { deaf: false, missed: 0, census: undefined as unknown as Census };
    this.members.set(name, member);
    member.census = new Census({
      tell: (note) => this.tell(name, note),
      countProcesses: async () => this.members.size,
      onMissed: () => member.missed++,
      now: () => performance.now(),
    });
    return member.census;
  }

  leave(name: string): void {
    this.members.get(name)!.census.close();
    this.members.delete(name);
  }

  /** Without a word. */
  die(name: string): void {
    const { census } = this.members.get(name)!;
    this.members.delete(name);
    census.close();
  }

  private tell(from: string, note: CensusNote): void {
    if (!this.members.has(from)) return;
    queueMicrotask(() => {
      for (const [name, { census, deaf }] of this.members) if (!deaf) census?.hear(from, name === from, structuredClone(note));
    });
  }
}

describe('the census of rooms', () => {
  let town: Town;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'performance'] });
    town = new Town();
  });
  afterEach(() => {
    for (const name of [...town.members.keys()]) town.leave(name);
    vi.useRealTimers();
  });
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('takes for granted that someone listens until all have answered', async () => {
    const one = town.join('one');
    expect(one.hasListeners('r')).toBe(true);
    expect(one.hasListenersWithin('r')).toBe(true);
    await pass(100);
    expect(one.hasListeners('r')).toBe(false);
    expect(one.hasListenersWithin('r')).toBe(false);
  });

  it('knows at once of a room that another begins to hold, and lets go', async () => {
    const [one, other] = [town.join('one'), town.join('other')];
    await pass(100);
    other.hold('room', true);
    await pass(1);
    expect(one.hasListeners('room')).toBe(true);
    expect(one.hasListenersWithin('ro')).toBe(true);
    other.hold('room', false);
    await pass(1);
    expect(one.hasListeners('room')).toBe(false);
  });

  it('keeps a room that two hold until both have let it go', async () => {
    const [one, a, b] = [town.join('one'), town.join('a'), town.join('b')];
    await pass(100);
    for (const holder of [a, b]) holder.hold('room', true);
    await pass(1);
    a.hold('room', false);
    await pass(1);
    expect(one.hasListeners('room')).toBe(true);
    town.leave('b');
    await pass(1);
    expect(one.hasListeners('room')).toBe(false);
  });

  it('learns what was held before it came', async () => {
    const other = town.join('other');
    other.hold('room', true);
    await pass(3_000);
    const one = town.join('one');
    await pass(100);
    expect([one.hasListeners('room'), one.hasListeners('another')]).toEqual([true, false]);
    expect(town.members.get('one')!.missed).toBe(0);
  });

  it('forgets the rooms of one that died without a word', async () => {
    const [one, other] = [town.join('one'), town.join('other')];
    await pass(100);
    other.hold('room', true);
    await pass(1);
    town.die('other');
    await pass(4_000);
    expect(one.hasListeners('room')).toBe(true);
    await pass(3_000);
    expect(one.hasListeners('room')).toBe(false);
  });

  it('asks when it has missed a change, takes for granted that someone listens meanwhile, and says so', async () => {
    const [one, other] = [town.join('one'), town.join('other')];
    await pass(100);
    const me = town.members.get('one')!;
    me.deaf = true;
    other.hold('room', true);
    await pass(10);
    expect(one.hasListeners('room')).toBe(false);
    me.deaf = false;
    await pass(1_500);
    expect(one.hasListeners('room')).toBe(true);
    expect(one.hasListeners('another')).toBe(false);
    expect(me.missed).toBe(1);
  });

  it('asks again when it was deaf for a while', async () => {
    const one = town.join('one');
    await pass(100);
    one.deaf();
    expect(one.hasListeners('anything')).toBe(true);
    await pass(100);
    expect(one.hasListeners('anything')).toBe(false);
    expect(town.members.get('one')!.missed).toBe(1);
  });
});
