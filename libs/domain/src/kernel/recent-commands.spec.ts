import { describe, expect, it } from 'vitest';
import { RecentCommands, REMEMBERED_COMMANDS_MAX } from './recent-commands.js';

const remember = (count: number, from = 0, begin = RecentCommands.none): RecentCommands => {
  let sut = begin;
  for (let i = from; i < from + count; i++) sut = sut.after({ commandId: `c${i}`, bodyHash: `h${i}`, revision: i });
  return sut;
};

describe('the remembered commands', () => {
  it('give the revision of the first event of a command', () => {
    const sut = remember(1).after({ commandId: 'c0', bodyHash: 'h0', revision: 1 });
    expect(sut.find('c0')).toEqual({ revision: 0, bodyHash: 'h0' });
    expect(sut.size).toBe(1);
  });

  it('forget nothing that cannot arrive again, because they never held it', () => {
    expect(RecentCommands.none.after({ commandId: 'c0', revision: 0 })).toBe(RecentCommands.none);
  });

  it('hold the last 4,096 and forget the oldest, within a bound', () => {
    const sut = remember(REMEMBERED_COMMANDS_MAX + 1_000);
    expect(sut.size).toBeGreaterThanOrEqual(REMEMBERED_COMMANDS_MAX);
    expect(sut.size).toBeLessThan(REMEMBERED_COMMANDS_MAX + 64);
    expect(sut.find('c1000')).toEqual({ revision: 1000, bodyHash: 'h1000' });
    expect(sut.find('c0')).toBeUndefined();
  });

  it('are left alone by what is remembered after them', () => {
    const before = remember(63);
    remember(70, 63, before);
    expect(before.find('c64')).toBeUndefined();
    expect(before.size).toBe(63);
  });

  it.each([0, 1, 63, 64, 65, 128, REMEMBERED_COMMANDS_MAX, REMEMBERED_COMMANDS_MAX + 100])(
    'come back the same from a snapshot after %i',
    (count) => {
      const sut = remember(count);
      const thawed = RecentCommands.thaw(JSON.parse(JSON.stringify(sut.freeze())));
      expect(thawed).toEqual(sut);
      expect(remember(200, count, thawed)).toEqual(remember(200, count, sut));
    },
  );

  it('decide again only on what they know: the same is repeated, another body refused', () => {
    const sut = remember(2);
    const told = (commandId: string, bodyHash?: string) => ({ command: {}, commandId, bodyHash, now: 0 });
    expect(sut.decideAgain(told('c1', 'h1'))).toEqual({ kind: 'repeat', revision: 1 });
    expect(sut.decideAgain(told('c1', 'other'))).toMatchObject({ kind: 'reject', rejection: { code: 'idempotency.key-reused' } });
    expect(sut.decideAgain(told('c9', 'h1'))).toBeUndefined();
    expect(sut.decideAgain(told('c1'))).toBeUndefined();
  });
});
