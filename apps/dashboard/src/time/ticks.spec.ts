import { describe, expect, it } from 'vitest';
import { ticksBetween } from './ticks.js';

const at = (text: string): number => Date.parse(text);
const labels = (from: string, to: string, zone: string, count = 8): string[] =>
  ticksBetween(at(from), at(to), zone, count).map((tick) => tick.label);

describe('ticks of a time axis', () => {
  it('stand at whole steps of the local clock', () => {
    expect(labels('2026-05-01T10:03:00Z', '2026-05-01T10:18:00Z', 'Europe/Zurich', 4)).toEqual(['12:05', '12:10', '12:15']);
    expect(labels('2026-05-01T10:00:00Z', '2026-05-01T16:00:00Z', 'Asia/Kathmandu')[0]).toBe('16:00');
  });

  it('name the day at midnight', () => {
    expect(labels('2026-05-01T18:00:00Z', '2026-05-02T06:00:00Z', 'UTC', 4)).toEqual(['18:00', '21:00', '2 May', '03:00', '06:00']);
  });

  it('stay at local hours over a change to summer time', () => {
    const sut = labels('2026-03-28T23:00:00Z', '2026-03-29T21:59:00Z', 'Europe/Zurich', 8);
    expect(sut).toEqual(['29 Mar', '03:00', '06:00', '09:00', '12:00', '15:00', '18:00', '21:00']);
  });

  it('are never more than asked for by much, at any width', () => {
    for (const span of [5, 900_000, 3.6e6, 8.64e7, 2.6e9, 3.2e10, 3e12]) {
      const sut = ticksBetween(1.78e12, 1.78e12 + span, 'America/New_York', 8);
      expect(sut.length).toBeGreaterThan(0);
      expect(sut.length).toBeLessThanOrEqual(17);
      expect(sut.map((tick) => tick.time)).toEqual([...sut.map((tick) => tick.time)].sort((a, b) => a - b));
    }
  });
});
