/** The commands of `thingsio` and their options. */
import { Command, Help, type Option } from 'commander';
import { addAnalyseCommand } from './commands/analyse.command.js';
import { addConfigCommand } from './commands/config.command.js';
import { addDevicesCommand } from './commands/devices.command.js';
import { addExportCommand } from './commands/export.command.js';
import { addImportCommand } from './commands/import.command.js';
import { addParkedCommand } from './commands/parked.command.js';
import { addPostCommand } from './commands/post.command.js';
import { addProjectionsCommand } from './commands/projections.command.js';
import { addReplayCommand } from './commands/replay.command.js';
import { addSimulateCommand } from './commands/simulate.command.js';
import { addVerifyCommand } from './commands/verify.command.js';
import type { CommandHost } from './commands/command-host.js';

const described = (option: Option): string => new Help().optionDescription(option);

export function createProgram(host: CommandHost): Command {
  const program = new Command('thingsio')
    .description(
      'Works with a thingsIO server: simulates devices, imports and exports readings, checks what is stored, rebuilds what is shown; analyses files.',
    )
    .configureHelp({ optionDescription: (option) => described(option) + (option.mandatory ? ' (required)' : '') })
    .helpCommand(false);
  addSimulateCommand(program, host);
  addImportCommand(program, host);
  addExportCommand(program, host);
  addDevicesCommand(program, host);
  addPostCommand(program, host);
  addVerifyCommand(program, host);
  addProjectionsCommand(program, host);
  addReplayCommand(program, host);
  addParkedCommand(program, host);
  addAnalyseCommand(program, host);
  addConfigCommand(program, host);
  nameHelp(program, 'thingsio');
  return program;
}

/** What cannot be understood is answered with where its own help is. */
function nameHelp(command: Command, words: string): void {
  command.showHelpAfterError(`("${words} --help" shows what there is)`);
  for (const one of command.commands) nameHelp(one, `${words} ${one.name()}`);
}
