import { describe, expect, it } from 'vitest';
import { listText } from './list-text.js';

describe('names in a list', () => {
  it('are as they are, but for those that the list would take apart', () => {
    expect(listText(['a', 'position.lat', 'air speed'])).toBe('a,position.lat,air speed');
    expect(listText(['x,y', 'say "hi"', ' b'])).toBe('"x,y","say ""hi"""," b"');
  });
});
