import { describe, expect, it } from 'vitest';
import { diverging, inkOn } from './diverging.js';

describe('colours of a correlation', () => {
  it('begin at the surface, however it is written, and end in blue and orange', () => {
    expect(diverging(0, '#fff')).toBe('rgb(255, 255, 255)');
    expect(diverging(0, '#10242a')).toBe('rgb(16, 36, 42)');
    expect(diverging(-1, '#ffffff')).toBe('rgb(33, 94, 173)');
    expect(diverging(1, '#ffffff')).toBe('rgb(203, 90, 18)');
  });

  it.each(['#ffffff', '#10242a'])('carry a number that can be read, on %s', (surface) => {
    for (let value = -1; value <= 1; value += 0.05) {
      const color = diverging(value, surface);
      expect(contrast(color, inkOn(color)), color).toBeGreaterThanOrEqual(4.5);
    }
  });
});

function contrast(color: string, ink: string): number {
  const luminance = (color.match(/\d+/g) ?? []).map(Number).reduce((sum, channel, at) => {
    const share = channel / 255;
    return sum + [0.2126, 0.7152, 0.0722][at]! * (share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  }, 0);
  return ink === '#ffffff' ? 1.05 / (luminance + 0.05) : (luminance + 0.05) / 0.05;
}
