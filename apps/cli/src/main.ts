/** Entry of the `thingsio` command. Ctrl-C asks the command to end cleanly; a second one ends it at once. */
import { createProgram } from './program.js';
import { TerminalOutput } from './output.js';
import { readCliSettings } from './settings.js';

const now = () => Date.now();
const out = new TerminalOutput(process.stdout, process.stderr, now);
const interruption = new AbortController();

process.on('SIGINT', () => (interruption.signal.aborted ? process.exit(130) : interruption.abort()));
process.on('SIGTERM', () => interruption.abort());
// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  const program = createProgram({
    settings: readCliSettings(),
    out,
    signal: interruption.signal,
    now,
    exit: (code) => (process.exitCode = code),
  });
  await program.parseAsync(process.argv);
} catch (error) {
  out.error(`thingsio: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
