/** `thingsio config`: every setting of the server, its default, and how to set it. */
import type { Command } from 'commander';
import type { CommandHost } from './command-host.js';

export function addConfigCommand(program: Command, { out, exit }: CommandHost): void {
  program
    .command('config')
    .description('lists all settings of the server: flags, environment, defaults and reasons')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { describeSettings, settingsText } = await import('#platform');
      out.line(json ? JSON.stringify(describeSettings(), null, 2) : settingsText().trimEnd());
      exit(0);
    });
}
