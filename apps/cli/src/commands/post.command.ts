/** `thingsio post`: one reading, by hand. */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { needKey } from '../client/account.js';
import { deliver } from '../client/delivery.js';
import { UsageError } from '../quantities.js';
import { serverOptions, withServer, type CommandHost, type ServerOptions } from './command-host.js';

const EXAMPLES = `
Examples:
  thingsio post greenhouse temperature=21.5 humidity=48
  thingsio post tracker 'position={"lat": 48.2, "lon": 16.37}' time=2026-05-01T12:00:00Z`;

export function addPostCommand(program: Command, host: CommandHost): void {
  const command = program
    .command('post')
    .argument('<device>', 'its id')
    .argument('<field=value...>', 'numbers, true, false and JSON are understood; the rest is text')
    .description('sends one reading')
    .addHelpText('after', EXAMPLES);
  serverOptions(command, host).action((deviceId: string, assignments: string[], given: ServerOptions) =>
    withServer(host, given, 1, async ({ client, out }) => {
      needKey(client);
      const body = JSON.stringify([Object.fromEntries(assignments.map(parseAssignment))]);
      const answer = await deliver(client, { deviceId, body, count: 1, idempotencyKey: randomUUID() }, { giveUpAfterMs: 10_000 });
      for (const { field, code, message } of answer.rejected) out.line(`Refused${field ? `, ${field}` : ''}: ${code}: ${message}`);
      if (answer.accepted === 1) out.line('Stored.');
      else if (answer.duplicates === 1) out.line('Received before; nothing new was stored.');
      return answer.rejected.length > 0 ? 1 : 0;
    }),
  );
}

export function parseAssignment(text: string): [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`Write field=value, not "${text}".`);
  return [text.slice(0, at), parseValue(text.slice(at + 1))];
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
