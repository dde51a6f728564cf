/** What every command is given, and the options that every command which talks to a server has. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { ApiClient } from '../client/api-client.js';
import type { Output } from '../output.js';
import { parseDuration } from '../quantities.js';
import type { CliSettings } from '../settings.js';
import type { Context } from '../simulate/simulate.js';

export interface CommandHost {
  settings: CliSettings;
  out: Output;
  signal: AbortSignal;
  now: () => number;
  exit(code: number): void;
}

export interface ServerOptions {
  url: string;
  key?: string;
}

export function serverOptions(command: Command, { settings }: CommandHost): Command {
  return command.option('--url <url>', 'the server (THINGSIO_URL)', settings.url).option('--key <key>', 'API key (THINGSIO_API_KEY)');
}

export function credentialOptions(command: Command): Command {
  return command
    .option('--email <address>', 'without a key: sign up, or in, with this address …')
    .option('--password <password>', '… and this password');
}

/** Runs the command with a client, sets the exit code, and closes the client whatever happens. */
export async function withServer(
  host: CommandHost,
  options: ServerOptions,
  connections: number,
  run: (context: Context) => Promise<number>,
): Promise<void> {
  const client = new ApiClient({ url: options.url, apiKey: options.key ?? host.settings.apiKey, connections });
  try {
    host.exit(await run({ client, out: host.out, signal: host.signal, now: host.now }));
  } finally {
    host.out.settle();
    await client.close();
  }
}

/** Lets commander name the option whose value cannot be used. */
export function checked<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}

/** Its default is shown as a person would write it. */
export function durationOption(flags: string, description: string, usual: string): Option {
  return new Option(flags, description).argParser(checked(parseDuration)).default(parseDuration(usual), usual);
}
