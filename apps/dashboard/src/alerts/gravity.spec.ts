import type { Severity } from '#contracts';
import { describe, expect, it } from 'vitest';
import { gravestFirst } from './gravity.js';

describe('alerts by gravity', () => {
  it('have the critical ones first, and of each severity the newest', () => {
    const alert = (severity: Severity, minute: number) => ({ severity, raisedAt: `2026-01-01T00:0${minute}:00.000Z` });
    const listed = [alert('info', 5), alert('critical', 1), alert('warning', 2), alert('critical', 3)];
    expect(gravestFirst(listed)).toEqual([alert('critical', 3), alert('critical', 1), alert('warning', 2), alert('info', 5)]);
  });
});
