import { describe, expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.js';

function fixture() {
  const running: { asked: number; end: (answer: string) => void; fail: (error: Error) => void }[] = [];
  const heard: string[] = [];
  const sut = oneAtATime<number, string>({
    run: (asked) => new Promise((end, fail) => running.push({ asked, end, fail })),
    answered: (answer) => heard.push(answer),
    failed: (error) => heard.push((error as Error).message),
    pause: () => Promise.resolve(),
  });
  /** Lets what was resolved go on. */
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { running, heard, sut, settle };
}

describe('asking for the newest only', () => {
  it('has one request under way, and asks for the last of what came meanwhile', async () => {
    const { running, heard, sut, settle } = fixture();
    [1, 2, 3, 4].forEach(sut.ask);
    expect(running.map(({ asked }) => asked)).toEqual([1]);
    running[0]!.end('one');
    await settle();
    expect(running.map(({ asked }) => asked)).toEqual([1, 4]);
    running[1]!.end('four');
    await settle();
    expect(heard).toEqual(['one', 'four']);
    sut.ask(5);
    expect(running).toHaveLength(3);
  });

  it('goes on after a failure', async () => {
    const { running, heard, sut, settle } = fixture();
    sut.ask(1);
    sut.ask(2);
    running[0]!.fail(new Error('refused'));
    await settle();
    running[1]!.end('two');
    await settle();
    expect(heard).toEqual(['refused', 'two']);
  });

  it('tells nothing once it was stopped', async () => {
    const { running, heard, sut, settle } = fixture();
    sut.ask(1);
    sut.ask(2);
    sut.stop();
    running[0]!.end('one');
    await settle();
    expect(running).toHaveLength(1);
    expect(heard).toEqual([]);
  });
});
