import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { holdDataDir } from './data-dir.js';

const folder = () => join(mkdtempSync(join(tmpdir(), 'thingsio-')), 'data');

describe('the data folder', () => {
  it('keeps its secret over a restart', () => {
    const dir = folder();
    const first = holdDataDir(dir);
    first.release();
    const second = holdDataDir(dir);
    expect(second.secret).toEqual(first.secret);
    expect(second.secret).toHaveLength(32);
    second.release();
  });

  it('is held by one at a time', () => {
    const dir = folder();
    const held = holdDataDir(dir);
    expect(() => holdDataDir(dir)).toThrow(`${dir} is in use by another thingsIO`);
    held.release();
    holdDataDir(dir).release();
  });

  it('says why it cannot be made', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'thingsio-')), 'file');
    writeFileSync(file, '');
    expect(() => holdDataDir(join(file, 'data'))).toThrow('cannot be made');
  });
});
