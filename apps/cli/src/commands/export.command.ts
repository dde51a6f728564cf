/** Options of `thingsio export`. */
import type { Command } from 'commander';
import { exportReadings, FORMATS, type ExportFormat } from '../export/export.js';
import { UsageError } from '../quantities.js';
import { serverOptions, withServer, type CommandHost, type ServerOptions } from './command-host.js';

interface Given extends ServerOptions {
  from?: string;
  to?: string;
  format?: string;
  out?: string;
}

const EXAMPLES = `
Examples:
  thingsio export seattle-weather > weather.csv
  thingsio export sim-01 --from 2026-05-01 --to 2026-06-01 --format ndjson | jq .values.temperature
  thingsio export sim-01 --out readings.parquet`;

export function addExportCommand(program: Command, host: CommandHost): void {
  const command = program
    .command('export')
    .argument('<device>', 'its id')
    .description('writes the readings of a device, in order of device time')
    .option('--from <time>', 'first time, inclusive')
    .option('--to <time>', 'last time, exclusive')
    .option('--format <format>', `${FORMATS.join(', ')} (default: by the ending of --out, else csv)`)
    .option('--out <file>', 'where to (default: standard output)')
    .addHelpText('after', EXAMPLES);
  serverOptions(command, host).action((deviceId: string, given: Given) =>
    withServer(host, given, 1, (context) => exportReadings({ ...given, deviceId, format: formatOf(given) }, context)),
  );
}

function formatOf({ format, out }: Given): ExportFormat {
  const named = format ?? FORMATS.find((candidate) => out?.endsWith(`.${candidate}`)) ?? 'csv';
  const known = FORMATS.find((candidate) => candidate === named);
  if (!known) throw new UsageError(`There is no format "${named}"; there are ${FORMATS.join(', ')}.`);
  return known;
}
