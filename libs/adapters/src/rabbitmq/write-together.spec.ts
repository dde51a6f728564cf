import { once } from 'node:events';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { writeTogether } from './write-together.js';

describe('writing together', () => {
  const open = (highWaterMark: number) => {
    const calls: string[] = [];
    const sut = new Writable({
      highWaterMark,
      write: (chunk: Buffer, _encoding, done) => (calls.push(String(chunk)), done()),
      writev: (chunks, done) => (calls.push(chunks.map(({ chunk }) => String(chunk)).join('')), done()),
    });
    writeTogether(sut);
    return { sut, calls };
  };

  it('makes one call of all that a turn writes, and another of the next', async () => {
    const { sut, calls } = open(100);
    for (const text of ['a', 'b', 'c']) sut.write(text);
    expect(calls).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toEqual(['abc']);
    sut.write('d');
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toEqual(['abc', 'd']);
  });

  it('writes what is large at once, and says when there is room again', async () => {
    const { sut, calls } = open(10);
    expect(sut.write('a')).toBe(true);
    expect(sut.write('x'.repeat(20))).toBe(false);
    expect(calls).toEqual([`a${'x'.repeat(20)}`]);
    await once(sut, 'drain');
    expect(sut.write('b')).toBe(true);
  });

  it('loses nothing where it is ended in the same turn', async () => {
    const { sut, calls } = open(100);
    sut.write('a');
    sut.end('b');
    await once(sut, 'finish');
    expect(calls.join('')).toBe('ab');
  });
});
