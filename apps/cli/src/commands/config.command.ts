/** `thingsio config`: every setting of the server, its default, and how to set it. */
import type { Command } from 'commander';
import type { CommandHost } from './command-host.js';

export function addConfigCommand(program: Command, { out, exit }: CommandHost): void {
  program
    .command('config')
    .description('lists all settings of the server: flags, environment, defaults and reasons')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { describeSettings } = await import('#platform');
      const settings = describeSettings();
      if (json) out.line(JSON.stringify(settings, null, 2));
      else {
        out.line('A flag wins over the environment: npm start -- --port 4000 --data DIR');
        for (const { flag, env, default: fallback, reason } of settings) {
          out.line();
          out.line(`${flag}  (${env}; default ${fallback})`);
          out.line(`    ${reason}`);
        }
      }
      exit(0);
    });
}
