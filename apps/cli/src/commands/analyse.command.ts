/** Options of `thingsio analyse`. */
import type { Command } from 'commander';
import { OPERATIONS } from '#timeseries';
import { analyseFile } from '../analyse/analyse.js';
import { parameterLine } from '../analyse/parameter-line.js';
import { UsageError } from '../quantities.js';
import type { CommandHost } from './command-host.js';

interface Given {
  time: string;
  field: string[];
  params?: string;
  output?: string;
  summary?: string;
  tz: string;
  timeFormat?: string;
}

const EXAMPLES = `
Operations:
${OPERATIONS.map(({ name, label }) => `  ${name.padEnd(30)}${label}`).join('\n')}

Examples:
  thingsio analyse anomalies machine.csv --time timestamp --field value --output scores.csv
  thingsio analyse moving-average weather.csv --time date --field temp_max --params '{"window": "7d"}'
  thingsio analyse forecast load.csv --time hour --field kW --params '{"horizon": 48}' --summary why.json
  thingsio analyse correlation plant.csv --time when --field inlet --field outlet
  thingsio analyse trips walk.csv --time time --field lat,lon                                 places and vectors: their columns, with commas
  thingsio analyse forecast --help-params                                                     the parameters of an operation

The rows go to standard output unless --output names a file; each row has its time as the file has it. No server is needed.`;

export function addAnalyseCommand(program: Command, host: CommandHost): void {
  program
    .command('analyse')
    .alias('analyze')
    .argument('<operation>', 'what to compute; they are listed below')
    .argument('[file]', 'what to read: .csv, .tsv, .json, .ndjson')
    .description('runs an operation on the columns of a file')
    .option('--time <column>', 'the column with the time (required)')
    .option('--field <column>', 'the column to analyse, more than once for several (required)', (column, all: string[] = []) => [
      ...all,
      column,
    ])
    .option('--params <json>', 'parameters of the operation, like {"window": "1h"}')
    .option('--output <file>', 'where the rows go, as CSV (default: standard output)')
    .option('--summary <file>', 'where to write the summary, as JSON')
    .option('--tz <zone>', 'time zone of times that name none, like Europe/Vienna', 'UTC')
    .option('--time-format <format>', 'form of the times, like dd.MM.yyyy HH:mm (Luxon tokens)')
    .option('--help-params', 'list the parameters of the operation')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, file: string | undefined, given: Partial<Given> & { tz: string; helpParams?: boolean }) => {
      const operation = OPERATIONS.find((one) => one.name === name);
      if (!operation) throw new UsageError(`There is no operation "${name}"; there are ${OPERATIONS.map((one) => one.name).join(', ')}.`);
      if (given.helpParams) {
        host.out.line(operation.description);
        for (const parameter of operation.parameters) host.out.line(parameterLine(parameter));
        return;
      }
      if (file === undefined) throw new UsageError('Say which file to read: thingsio analyse OPERATION FILE --time COLUMN --field COLUMN.');
      if (given.time === undefined) throw new UsageError('Say which column holds the time: --time COLUMN.');
      if (given.field === undefined) throw new UsageError('Say which column to analyse: --field COLUMN.');
      const { time, field: fields, tz, timeFormat, output, summary } = given;
      const request = { operation, file, time, fields, params: parseParams(given.params), tz, timeFormat, output, summary };
      host.exit(await analyseFile(request, host));
    });
}

function parseParams(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const params = JSON.parse(text) as unknown;
    if (typeof params === 'object' && params !== null && !Array.isArray(params)) return params as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new UsageError(`--params must be a JSON object like {"window": "1h"}, not ${text.slice(0, 80)}`);
}
