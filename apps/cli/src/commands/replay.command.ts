/** Options of `thingsio replay`. */
import { Option, type Command } from 'commander';
import { changeRebuild, dropGeneration, replay, showStatus } from '../operate/replay.js';
import { parseCount } from '../quantities.js';
import { checked, serverOptions, withServer, type CommandHost, type ServerOptions } from './command-host.js';

interface Given extends ServerOptions {
  wait: boolean;
  pause?: true;
  resume?: true;
  cancel?: true;
  status?: true;
  drop?: number;
}

const EXAMPLES = `
Examples:
  thingsio replay ledger               builds it again beside the live one, and switches when it has caught up
  thingsio replay ledger --pause       … and --resume, --cancel, --status, from any terminal
  thingsio replay ledger --drop 1      deletes generation 1, once nobody wants it back

Ctrl-C leaves a rebuild running. Readings are taken in and shown all the while. Needs a key with the scope operate.`;

const ALONE = ['pause', 'resume', 'cancel', 'status', 'drop'] as const;
const alone = (option: Option): Option => option.conflicts(ALONE.filter((name) => name !== option.attributeName()));

export function addReplayCommand(program: Command, host: CommandHost): void {
  const command = program
    .command('replay')
    .argument('<projection>', 'its name; "thingsio projections" lists them')
    .description('builds a projection again from the log, without downtime')
    .option('--no-wait', 'start it, and do not stay until it is done')
    .addOption(alone(new Option('--pause', 'let the rebuild under way rest')))
    .addOption(alone(new Option('--resume', 'let it go on')))
    .addOption(alone(new Option('--cancel', 'end it; what it has built is deleted')))
    .addOption(alone(new Option('--status', 'show its generations, and the rebuild under way or the last')))
    .addOption(
      alone(new Option('--drop <generation>', 'delete an old generation').argParser(checked(parseCount('--drop', 1, 999_999_999)))),
    )
    .addHelpText('after', EXAMPLES);
  serverOptions(command, host).action((projection: string, given: Given) =>
    withServer(host, given, 1, (context) => {
      if (given.status) return showStatus(projection, context);
      if (given.drop !== undefined) return dropGeneration(projection, given.drop, context);
      const change = (['pause', 'resume', 'cancel'] as const).find((name) => given[name]);
      return change ? changeRebuild(projection, change, context) : replay(projection, given, context);
    }),
  );
}
