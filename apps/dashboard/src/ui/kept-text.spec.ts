import { describe, expect, it } from 'vitest';
import { keptText } from './kept-text.js';

function fakeStorage(): Storage {
  const texts = new Map<string, string>();
  return {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => void texts.set(key, text),
    removeItem: (key: string) => void texts.delete(key),
  } as Storage;
}

describe('a text that the browser keeps', () => {
  it('is read as it was written, until it is forgotten', () => {
    const storage = fakeStorage();
    const sut = keptText('a', () => storage);
    expect(sut.read()).toBeUndefined();
    expect(sut.write('x')).toBe(true);
    expect([sut.read(), keptText('b', () => storage).read()]).toEqual(['x', undefined]);
    sut.forget();
    expect(sut.read()).toBeUndefined();
  });

  it.each([
    ['blocked', () => { throw new Error('SecurityError'); }], // prettier-ignore
    ['full', () => ({ ...fakeStorage(), setItem: () => { throw new Error('QuotaExceededError'); } })], // prettier-ignore
  ])('is not kept where storage is %s, and nothing fails', (_, storage) => {
    const sut = keptText('a', storage);
    expect(sut.write('x')).toBe(false);
    sut.forget();
    expect(sut.read()).toBeUndefined();
  });
});
