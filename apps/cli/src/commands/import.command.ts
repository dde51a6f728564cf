/** Options of `thingsio import`. */
import type { Command } from 'commander';
import { importFile } from '../import/import.js';
import { parseCount } from '../quantities.js';
import {
  checked,
  credentialOptions,
  durationOption,
  serverOptions,
  withServer,
  type CommandHost,
  type ServerOptions,
} from './command-host.js';

interface Given extends ServerOptions {
  email?: string;
  password?: string;
  device: string;
  time: string;
  tz: string;
  timeFormat?: string;
  batch: number;
  dryRun?: boolean;
  giveUpAfter: number;
}

const EXAMPLES = `
Examples:
  thingsio import weather.csv --device "Seattle weather" --time date --tz America/Los_Angeles
  thingsio import earthquakes.json --device Earthquakes --time time                            GeoJSON points become a position
  thingsio import plant.csv --device Plant --time when --time-format "dd.MM.yyyy HH:mm"
  thingsio import plant.csv --device Plant --time when --dry-run                               shows the schema and three readings

Reads .csv, .tsv, .json (an array, or a GeoJSON FeatureCollection), .ndjson, and what "thingsio export" writes as CSV or NDJSON.
Each row is sent with its number: an import that was interrupted is simply run again. At the end the account is compared with the
device's ledger; the exit code is 1 where they differ, or where the import ended early.`;

export function addImportCommand(program: Command, host: CommandHost): void {
  const command = program
    .command('import')
    .argument('<file>', 'what to read')
    .description('makes a device of a file: schema from its columns, readings from its rows')
    .requiredOption('--device <name>', 'name of the device; its id is made from it')
    .requiredOption('--time <column>', 'the column with the time')
    .option('--tz <zone>', 'time zone of times that name none, like Europe/Vienna', 'UTC')
    .option('--time-format <format>', 'form of the times, like dd.MM.yyyy HH:mm (Luxon tokens)')
    .option('--batch <n>', 'readings per request', checked(parseCount('--batch', 1, 10_000)), 1_000)
    .option('--dry-run', 'show what would be sent, and send nothing')
    .addOption(durationOption('--give-up-after <duration>', 'of a server that does not answer', '2m'))
    .addHelpText('after', EXAMPLES);
  credentialOptions(serverOptions(command, host)).action((file: string, given: Given) =>
    withServer(host, given, 4, (context) =>
      importFile({ ...given, file, dryRun: given.dryRun ?? false, giveUpAfterMs: given.giveUpAfter }, context),
    ),
  );
}
