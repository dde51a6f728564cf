import { describe, expect, it, vi } from 'vitest';
import { Session } from './session.js';

describe('the session of the page', () => {
  it('refuses at once what nobody is signed in for', async () => {
    const sut = new Session();
    expect(await sut.renewed()).toBe(false);
    expect(sut.hasEnded()).toBe(false);
  });

  it('lets everything go on that was refused once somebody signs in again, and tells of both', async () => {
    const sut = new Session();
    const watcher = vi.fn(() => sut.hasEnded());
    sut.began();
    sut.watch(watcher);
    const refused = [sut.renewed(), sut.renewed()];
    expect(sut.hasEnded()).toBe(true);
    sut.began();
    expect(await Promise.all(refused)).toEqual([true, true]);
    expect(watcher.mock.results.map(({ value }) => value as boolean)).toEqual([true, false]);
  });

  it('gives up what waits where another account is wanted', async () => {
    const sut = new Session();
    sut.began();
    const refused = sut.renewed();
    sut.left();
    expect(await refused).toBe(false);
    expect(await sut.renewed()).toBe(false);
  });
});
