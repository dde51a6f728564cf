/** What the commands say of themselves, and of what cannot be understood. */
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { RecordingOutput } from '../test/recording-output.js';
import { ApiError } from './client/api-error.js';
import { createProgram } from './program.js';

const program = () =>
  createProgram({
    settings: { url: 'http://127.0.0.1:3000', apiKey: undefined },
    out: new RecordingOutput(),
    signal: new AbortController().signal,
    now: Date.now,
    exit: () => undefined,
  });
function helpOf(name: string): string {
  const command = program().commands.find((it) => it.name() === name)!;
  return command.configureHelp({ ...command.configureHelp(), helpWidth: 200 }).helpInformation();
}

describe('help', () => {
  it('shows defaults as a person would write them, and each once', () => {
    const help = helpOf('simulate');
    expect(help).toMatch(/--for .*\(default: 1m\)/);
    expect(help).toMatch(/--give-up-after .*\(default: 2m\)/);
    expect(help).toMatch(/--faults .*\(default: none\)/);
    expect(help.match(/--url .*/)?.[0]).toMatch(/the server \(THINGSIO_URL\) \(default: "http:\/\/127.0.0.1:3000"\)$/);
  });

  it('marks what must be given', () => {
    expect(helpOf('import')).toMatch(/--device <name> .*\(required\)/);
    expect(helpOf('import')).not.toMatch(/--tz <zone> .*\(required\)/);
  });

  it('is named by what cannot be understood', async () => {
    const said: string[] = [];
    const sut = program();
    const listen = (command: Command): void => {
      command.exitOverride().configureOutput({ writeErr: (text) => said.push(text) });
      command.commands.forEach(listen);
    };
    listen(sut);
    await expect(sut.parseAsync(['node', 'thingsio', 'import', 'x.csv'])).rejects.toThrow("required option '--device <name>'");
    await expect(sut.parseAsync(['node', 'thingsio', 'verify', 'log'])).rejects.toThrow("required option '--data <dir>'");
    expect(said.join('')).toContain('("thingsio import --help" shows what there is)');
    expect(said.join('')).toContain('("thingsio verify log --help" shows what there is)');
  });
});

describe('an answer that refuses', () => {
  it('is followed by what to do on the command line', () => {
    const refused = {
      code: 'auth.missing-scope',
      detail: 'This needs the scope "operate".',
      advice: 'Use a key with the scope named in `scope`.',
    };
    expect(new ApiError(403, refused, undefined).message).toBe(
      'This needs the scope "operate". Make a key that has it under "API keys" in the dashboard, or with POST /api/v1/api-keys, and give it with --key.',
    );
  });
});
