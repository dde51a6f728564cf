/** Options of `thingsio projections`. */
import type { Command } from 'commander';
import { showProjections } from '../operate/projections.js';
import { serverOptions, withServer, type CommandHost, type ServerOptions } from './command-host.js';

export function addProjectionsCommand(program: Command, host: CommandHost): void {
  const command = program.command('projections').description('shows how far the views and series are behind the log (scope operate)');
  serverOptions(command, host).action((given: ServerOptions) => withServer(host, given, 1, showProjections));
}
