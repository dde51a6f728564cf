import { describe, expect, it } from 'vitest';
import { lastTexts, type TextSource } from './last-texts.js';

const PAGE = 100;

/** Readings in order of time; those without a text have other fields only. */
function fakeSource(readings: { time: number; text?: string }[]) {
  const asked: string[] = [];
  const within = (from: number, to: number) => readings.filter(({ time }) => time >= from && time < to);
  const source: TextSource = {
    windows: (from, to, everyMs) => {
      asked.push('windows');
      const found = new Map<number, { last: string; count: number }>();
      for (const { time, text } of within(from, to)) {
        const start = Math.floor(time / everyMs) * everyMs;
        if (text !== undefined) found.set(start, { last: text, count: (found.get(start)?.count ?? 0) + 1 });
      }
      const values = [...found.values()];
      return Promise.resolve({ time: [...found.keys()], last: values.map(({ last }) => last), count: values.map(({ count }) => count) });
    },
    readings: (from, to, cursor = '0') => {
      asked.push('readings');
      const all = within(from, to);
      const start = Number(cursor);
      const items = all.slice(start, start + PAGE).map(({ time, text }) => ({ time, text }));
      return Promise.resolve({ items, ...(start + PAGE < all.length && { next: String(start + PAGE) }) });
    },
  };
  return { source, asked };
}

const texts = (count: number, step: number) => Array.from({ length: count }, (_, at) => ({ time: at * step, text: `text ${at}` }));

describe('the newest texts of a field', () => {
  it('are all of them where there are few', async () => {
    const { source, asked } = fakeSource(texts(7, 1_000));
    expect(await lastTexts(source, { from: 0, to: 7_000 }, 50)).toEqual({ rows: texts(7, 1_000), of: 7, exact: true });
    expect(asked).toEqual(['windows', 'readings']);
  });

  it('are found without reading all before them, however many these are', async () => {
    const all = texts(200_000, 100);
    const { source, asked } = fakeSource(all);
    const found = await lastTexts(source, { from: 0, to: 20_000_000 }, 50);
    expect(found).toEqual({ rows: all.slice(-50), of: 200_000, exact: true });
    expect(asked).toHaveLength(4);
  });

  it('are found among many that came at once', async () => {
    const all = [...texts(100, 1_000), ...Array.from({ length: 100 }, (_, at) => ({ time: 5_000_000 + at, text: `burst ${at}` }))];
    const { source } = fakeSource(all);
    expect((await lastTexts(source, { from: 0, to: 9_000_000 }, 50)).rows).toEqual(all.slice(-50));
  });

  it('are told by the stretch where too much else lies between', async () => {
    const all = Array.from({ length: 4_000 }, (_, at) => ({ time: at * 1_000, ...(at % 100 === 0 && { text: `text ${at}` }) }));
    const { source } = fakeSource(all);
    const { rows, exact } = await lastTexts(source, { from: 0, to: 4_000_000 }, 20);
    expect([rows.length, rows.at(-1)?.text, exact]).toEqual([20, 'text 3900', false]);
  });

  it('are none where there is none', async () => {
    expect(await lastTexts(fakeSource([]).source, { from: 0, to: 1_000 }, 50)).toEqual({ rows: [], of: 0, exact: true });
  });
});
