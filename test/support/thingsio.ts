/** Runs the built `thingsio` command, as a person would. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../scripts/thingsio.mjs', import.meta.url));

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export function thingsio(words: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...words], { encoding: 'utf8' }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, stdout, stderr }),
    );
  });
}
