import { beforeEach, describe, expect, it } from 'vitest';
import { ComputeThreads } from './compute-threads.js';

describe('the threads DuckDB computes with', () => {
  let now: number;
  let told: string[];
  let sut: ComputeThreads;
  const fakeConnection = { run: (sql: string) => Promise.resolve(void told.push(sql)) } as never as Parameters<ComputeThreads['write']>[0];
  const ask = (during: () => void = () => undefined): Promise<void> => sut.ask(fakeConnection, async () => during());

  beforeEach(() => {
    now = 0;
    told = [];
    sut = new ComputeThreads(4, () => now);
  });

  it('are one for batches, as it was opened', async () => {
    await sut.write(fakeConnection);
    expect(told).toEqual([]);
  });

  it('are all for questions, told before the first of them is asked, and once', async () => {
    const before: number[] = [];
    await ask(() => before.push(told.length));
    await ask();
    expect(before).toEqual([1]);
    expect(told).toEqual(['SET GLOBAL threads = 4']);
  });

  it('stay all as long as questions come, and are one again for the first batch a while after', async () => {
    await ask();
    now = 1_000;
    await sut.write(fakeConnection);
    expect(told).toHaveLength(1);
    now = 1_001;
    await sut.write(fakeConnection);
    expect(told.slice(1)).toEqual(['SET GLOBAL threads = 1']);
    await ask();
    expect(told.slice(2)).toEqual(['SET GLOBAL threads = 4']);
  });

  it('stay all while a question is under way, however long it takes, also when another one fails', async () => {
    let end!: () => void;
    const long = sut.ask(fakeConnection, () => new Promise<void>((resolve) => (end = resolve)));
    await expect(sut.ask(fakeConnection, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    now = 60_000;
    await sut.write(fakeConnection);
    expect(told).toHaveLength(1);
    end();
    await long;
    now = 70_000;
    await sut.write(fakeConnection);
    expect(told).toHaveLength(2);
  });

  it('are never changed where there is one', async () => {
    sut = new ComputeThreads(1, () => now);
    await ask();
    now = 10_000;
    await sut.write(fakeConnection);
    expect(told).toEqual([]);
  });
});
