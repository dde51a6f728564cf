import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareDataDir } from './data-dir.js';

const folder = () => join(mkdtempSync(join(tmpdir(), 'thingsio-')), 'data');

describe('the data folder', () => {
  it('keeps its secret over a restart', () => {
    const dir = folder();
    const first = prepareDataDir(dir);
    const second = prepareDataDir(dir);
    expect(second.secret).toEqual(first.secret);
    expect(second.secret).toHaveLength(32);
  });

  it('says why it cannot be made', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'thingsio-')), 'file');
    writeFileSync(file, '');
    expect(() => prepareDataDir(join(file, 'data'))).toThrow('cannot be made');
  });

  it.runIf(existsSync('/proc/self'))('says so where the file system makes no folders', () => {
    expect(() => prepareDataDir('/proc/nope/data')).toThrow('the data folder /proc/nope/data cannot be made: ENOENT');
  });

  it('says why it cannot be written', () => {
    const dir = folder();
    mkdirSync(join(dir, 'server-secret.new'), { recursive: true });
    expect(() => prepareDataDir(dir)).toThrow(`the data folder ${dir} cannot be written`);
  });
});
