import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RecordingOutput } from '../../test/recording-output.js';
import { createProgram } from '../program.js';

it('says that there is no log, rather than that it was changed', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'thingsio-cli-'));
  const signal = new AbortController().signal;
  const settings = { url: 'http://127.0.0.1:1', apiKey: undefined };
  const verify = (data: string) =>
    createProgram({ settings, out: new RecordingOutput(), signal, now: Date.now, exit: () => undefined }).parseAsync([
      'node',
      'thingsio',
      'verify',
      'log',
      '--data',
      data,
    ]);
  await expect(verify(dir)).rejects.toThrow(`There is no log in ${dir};`);
  await expect(verify(join(dir, 'nowhere'))).rejects.toThrow('There is no log in');
  await rm(dir, { recursive: true });
});
