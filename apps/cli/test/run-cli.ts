/** Runs a command line against a server, as the `thingsio` command would. */
import { createProgram } from '../src/program.js';
import { RecordingOutput } from './recording-output.js';

export interface CliRun {
  code: number;
  text: string;
  progress: string[];
}

export async function runCli(url: string, words: string[], signal: AbortSignal = new AbortController().signal): Promise<CliRun> {
  const out = new RecordingOutput();
  let code = 0;
  const settings = { url, apiKey: 'key-1' };
  const program = createProgram({ settings, out, signal, now: Date.now, exit: (given) => (code = given) });
  await program.parseAsync(['node', 'thingsio', ...words]);
  return { code, text: out.text, progress: out.shown };
}
