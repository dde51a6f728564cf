/** What decides a verdict must itself be right. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { jsonBody, lineProtocolBody } from './points.js';
import { RawConnection, rawRequest } from './raw-http.js';
import { formatValue, performancePage } from './render.js';
import { Resources } from './resources.js';
import { verdictOf, type Result } from './result.js';
import { interleaved, median, percentile, ratio } from './statistics.js';

const resources = new Resources();
afterEach(() => resources.release());

describe('statistics', () => {
  it('finds medians and percentiles', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
    expect(
      percentile(
        Array.from({ length: 100 }, (_, i) => i),
        0.99,
      ),
    ).toBe(99);
  });

  it('takes turns, and compares neighbours', async () => {
    const order: string[] = [];
    const turn = (name: string, value: number) => async () => (order.push(name), value);
    const { a, b } = await interleaved(2, turn('a', 6), turn('b', 3));
    expect(order).toEqual(['a', 'b', 'a', 'b']);
    expect(ratio(a, b)).toBe(2);
  });
});

describe('verdictOf', () => {
  const atLeast = { of: '', unit: '×', compare: '>=' as const, must: 2, stage: 1 };
  it.each([
    [2, 'reached'],
    [1.5, 'stage reached'],
    [0.9, 'missed'],
    [NaN, 'missed'],
  ] as const)('calls %d of at least 2 (now 1) %s', (value, verdict) => {
    expect(verdictOf(atLeast, value)).toBe(verdict);
  });
  it('knows that less can be better', () => {
    expect([5, 15].map((value) => verdictOf({ of: '', unit: 'ms', compare: '<=', must: 10 }, value))).toEqual(['reached', 'missed']);
  });
});

describe('points', () => {
  it('are the same for both sides', () => {
    const batch = { device: 'd', start: 1_770_000_000_000, stepMs: 10, count: 3 };
    const json = (JSON.parse(jsonBody(batch)) as { time: number; temperature: number; humidity: number }[]).map(
      (it) => `readings,device=d temperature=${it.temperature},humidity=${it.humidity} ${it.time}`,
    );
    expect(lineProtocolBody(batch).split('\n')).toEqual(json);
  });
});

describe('RawConnection', () => {
  it('reads answers with a length, in chunks, and without a body', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/none') return void response.writeHead(204).end();
      if (request.url === '/refused') return void response.writeHead(429, { 'retry-after': '3' }).end();
      if (request.url === '/chunks') {
        response.write('one ');
        return void setTimeout(() => response.end('two'), 5);
      }
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => response.setHeader('content-length', body.length).end(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    resources.onRelease(async () => void server.closeAllConnections());
    resources.onRelease(async () => void server.close());
    const connection = await RawConnection.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    resources.onRelease(async () => connection.close());
    const ask = async (path: string, body = '') => {
      const { status, retryAfter, body: answer } = await connection.send(rawRequest('POST', path, {}, body));
      return [status, retryAfter, answer.toString()];
    };
    expect(await ask('/echo', 'x'.repeat(100_000))).toEqual([200, 0, 'x'.repeat(100_000)]);
    expect(await ask('/chunks')).toEqual([200, 0, 'one two']);
    expect(await ask('/none')).toEqual([204, 0, '']);
    expect(await ask('/refused')).toEqual([429, 3, '']);
    expect(await ask('/echo', 'still in step')).toEqual([200, 0, 'still in step']);
  });
});

describe('Resources', () => {
  it('stops what was started last first, also when the work fails', async () => {
    const stopped: string[] = [];
    const failing = resources.scope(async (inner) => {
      for (const name of ['first', 'second']) inner.onRelease(async () => stopped.push(name));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(stopped).toEqual(['second', 'first']);
  });
});

describe('performancePage', () => {
  it('shows each value with its bound and verdict', () => {
    const result: Result = {
      bench: 'B1',
      name: 'ingest',
      question: 'How fast?',
      target: { of: 'a ÷ b', compare: '>=', must: 2, stage: 1, unit: '×' },
      value: 1.2345,
      verdict: 'stage reached',
      figures: [{ name: 'a', unit: 'readings/s', median: 612_345.6, samples: [612_345.6] }],
      notes: ['A note.'],
      nextLimit: 'The disk.',
      quick: false,
      date: '2026-11-23T00:00:00.000Z',
      seconds: 3,
      machine: { cpu: 'C', cores: 2, memoryGb: 8, kernel: '6' },
      versions: { node: 'v20' },
    };
    const page = performancePage([result]);
    expect(page).toContain('| [B1](#b1-ingest) | a ÷ b | 1.23 × | ≥ 2 × (this stage: ≥ 1) | this stage’s aim reached |');
    expect(page).toContain('| a | **612,346** readings/s | 612,346 |');
    expect(page).toContain('What limits it next: The disk.');
  });

  it('rounds to what can be known', () => {
    expect([0.12345, 12.345, 1234.5].map(formatValue)).toEqual(['0.123', '12.3', '1,235']);
  });
});
