import { describe, expect, it } from 'vitest';
import { adviceFor, ERRORS, problem } from './errors.js';

describe('the error codes', () => {
  it.each(Object.entries(ERRORS))('say of %s what it means and what to do', (code, { status, title, advice }) => {
    expect(code).toMatch(/^[a-z-]+(\.[a-z-]+)?$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(title).toMatch(/^[A-Z].*\.$/);
    expect(advice).toMatch(/^[A-Z].*\.$/);
    expect(advice).not.toBe(title);
  });

  it('take an unknown code, and the names of every object, for a defect', () => {
    expect(adviceFor('no.such-code')).toBe(ERRORS.defect);
    expect(adviceFor('constructor')).toBe(ERRORS.defect);
  });

  it('give a problem whose code, status and advice no member can change', () => {
    const sut = problem('device.unknown', 'no device d7', { status: 200, code: 'x', deviceId: 'd7' });
    expect(sut).toMatchObject({ status: 404, code: 'device.unknown', detail: 'no device d7', deviceId: 'd7' });
  });
});
