import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PatientLoader } from './patient-loader.js';

describe('a part of the page that is loaded when it is needed', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const setUp = ({ served, fails, anew = true }: { served: boolean; fails: number; anew?: boolean }) => {
    let left = fails;
    const part = vi.fn(() => (left-- > 0 ? Promise.reject(new Error('not there')) : Promise.resolve('part')));
    const beginAnew = vi.fn(() => anew);
    return { part, beginAnew, sut: new PatientLoader({ isServed: () => Promise.resolve(served), beginAnew }) };
  };

  it('is asked for again, ever less often, until it comes, and says meanwhile that it waits', async () => {
    const { sut, part, beginAnew } = setUp({ served: false, fails: 4 });
    const loaded = sut.load(part);
    await vi.advanceTimersByTimeAsync(0);
    expect(sut.isWaiting()).toBe(true);
    await vi.advanceTimersByTimeAsync(3_499);
    expect(part).toHaveBeenCalledTimes(4);
    await vi.advanceTimersByTimeAsync(1);
    expect(await loaded).toBe('part');
    expect(sut.isWaiting()).toBe(false);
    expect(beginAnew).not.toHaveBeenCalled();
  });

  it('is asked for at once when somebody says so', async () => {
    const { sut, part } = setUp({ served: false, fails: 2 });
    const loaded = sut.load(part);
    await vi.advanceTimersByTimeAsync(0);
    sut.tryAgain();
    expect(await loaded).toBe('part');
  });

  it('has the page loaded anew where the server answers and does not have it any more', async () => {
    const { sut, part, beginAnew } = setUp({ served: true, fails: 2 });
    void sut.load(part);
    await vi.advanceTimersByTimeAsync(0);
    expect(beginAnew).toHaveBeenCalledTimes(1);
  });

  it('is given up where that did not help', async () => {
    const { sut, part } = setUp({ served: true, fails: 2, anew: false });
    await expect(sut.load(part)).rejects.toThrow('not there');
    expect(sut.isWaiting()).toBe(false);
  });

  it('is not given up where the connection only came back in between', async () => {
    const { sut, part, beginAnew } = setUp({ served: true, fails: 1 });
    expect(await sut.load(part)).toBe('part');
    expect(beginAnew).not.toHaveBeenCalled();
  });
});
