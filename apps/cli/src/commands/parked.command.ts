/** Options of `thingsio parked`. */
import type { Command } from 'commander';
import { dropParked, listParked, retryParked, showParked } from '../operate/parked.js';
import { serverOptions, withServer, type CommandHost, type ServerOptions } from './command-host.js';

export function addParkedCommand(program: Command, host: CommandHost): void {
  const parked = program
    .command('parked')
    .description('commands that failed again and again: list, show, retry or drop them (scope operate)');
  const list = parked.command('list', { isDefault: true }).description('lists them, the newest first');
  serverOptions(list, host).action((given: ServerOptions) => withServer(host, given, 1, listParked));
  const show = parked
    .command('show')
    .argument('<id>', 'its id, or the beginning of it')
    .description('shows one, with the start of its body');
  serverOptions(show, host).action((id: string, given: ServerOptions) => withServer(host, given, 1, (context) => showParked(id, context)));
  const retry = parked
    .command('retry')
    .argument('<id...>', 'their ids, or the beginnings of them')
    .description('has them tried again; exit code 1 where one fails again');
  serverOptions(retry, host).action((ids: string[], given: ServerOptions) =>
    withServer(host, given, 1, (context) => retryParked(ids, context)),
  );
  const drop = parked
    .command('drop')
    .argument('<id...>', 'their ids, or the beginnings of them')
    .option('--reason <text>', 'why; it is written into the log of the server')
    .description('gives them up');
  serverOptions(drop, host).action((ids: string[], given: ServerOptions & { reason?: string }) =>
    withServer(host, given, 1, (context) => dropParked(ids, given.reason, context)),
  );
}
