import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '#contracts';
import { ReadAhead } from './read-ahead.js';

/** Events whose data tells when it is asked for. */
function batch(types: string[], asked: string[] = [], data: (type: string) => object = () => ({})): RecordedEvent[] {
  return types.map((type, i) => ({
    type,
    position: i + 1,
    get data() {
      asked.push(type);
      return data(type);
    },
  })) as unknown as RecordedEvent[];
}

const reading = (looksInto = (_type: string) => true, stop = new AbortController().signal) => new ReadAhead({ looksInto, stop });

describe('ReadAhead', () => {
  it('gives what was read behind a position, once', async () => {
    const events = batch(['a', 'b']);
    const sut = reading();
    sut.begin(7, () => Promise.resolve(events));
    expect(await sut.take(7)).toBe(events);
    expect(await sut.take(7)).toBeUndefined();
  });

  it('has nothing for a lane that stands elsewhere', async () => {
    const sut = reading();
    sut.begin(7, () => Promise.resolve(batch(['a'])));
    expect(await sut.take(6)).toBeUndefined();
    expect(await sut.take(7)).toBeUndefined();
  });

  it('leaves a failure to who reads again', async () => {
    const sut = reading();
    sut.begin(7, () => Promise.reject(new Error('away')));
    expect(await sut.take(7)).toBeUndefined();
    sut.begin(8, () => {
      throw new Error('closed');
    });
    expect(await sut.take(8)).toBeUndefined();
  });

  it('parses what the lane looks into, and nothing else', async () => {
    const asked: string[] = [];
    const sut = reading((type) => type !== 'b');
    sut.begin(0, () => Promise.resolve(batch(['a', 'b', 'c'], asked)));
    await sut.take(0);
    expect(asked).toEqual(['a', 'c']);
  });

  it('leaves what cannot be parsed to the step that needs it', async () => {
    const events = batch(['a', 'b'], [], () => {
      throw new SyntaxError('no JSON');
    });
    const sut = reading();
    sut.begin(0, () => Promise.resolve(events));
    expect(await sut.take(0)).toBe(events);
  });

  it('lets others have their turn while it parses for long', async () => {
    const busy = (): object => {
      for (const until = performance.now() + 4; performance.now() < until;);
      return {};
    };
    const asked: string[] = [];
    const sut = reading();
    sut.begin(0, () => Promise.resolve(batch(['a', 'b', 'c'], asked, busy)));
    const seen = new Set<number>();
    let over = false;
    const look = (): void => {
      seen.add(asked.length);
      if (!over) setImmediate(look);
    };
    setImmediate(look);
    await sut.take(0);
    over = true;
    expect(seen).toContain(1);
    expect(seen).toContain(2);
  });

  it('ends with what it has begun, and soon once it is told to stop', async () => {
    const stop = new AbortController();
    const asked: string[] = [];
    const sut = reading(() => {
      stop.abort();
      return true;
    }, stop.signal);
    sut.begin(0, () => Promise.resolve(batch(['a', 'b'], asked)));
    await sut.end();
    expect(asked).toEqual(['a']);
    expect(await sut.take(0)).toBeUndefined();
  });
});
