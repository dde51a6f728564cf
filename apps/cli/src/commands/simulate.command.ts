/** Options of `thingsio simulate`. */
import { Option, type Command } from 'commander';
import { parseCount, parseRate, parseTime, UsageError } from '../quantities.js';
import { NO_FAULTS, parseFaults, type FaultRates } from '../simulate/faults.js';
import { simulate } from '../simulate/simulate.js';
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
  devices: number;
  rate: number | 'max';
  for: number;
  seed: number;
  batch?: number;
  prefix: string;
  faults: FaultRates;
  start?: number;
  speedup: number | 'max';
  connections: number;
  giveUpAfter: number;
}

const EXAMPLES = `
Examples:
  thingsio simulate --devices 50 --rate 1 --for 10m
  thingsio simulate --devices 5 --for 1m --faults duplicates=0.01,reorder=0.05,gaps=0.01,skew=0.1,bursts=0.02,invalid=0.01
  thingsio simulate --devices 10 --rate 1/60 --start 2026-01-01 --for 30d --speedup max     a month of history
  thingsio simulate --devices 64 --rate max --for 30s                                       how much the server takes

Faults are shares of the readings, 0 to 1: duplicates (sent twice), reorder (sent late), gaps (never sent), skew (clock up to a
minute wrong), bursts (an outage begins: held, then sent at once), invalid (refused by the schema).
At the end the account is compared with the ledger of each device; the exit code is 1 where they differ.`;

export function addSimulateCommand(program: Command, host: CommandHost): void {
  const command = program
    .command('simulate')
    .description('sends readings of simulated devices, and checks that the server has exactly those')
    .option('--devices <n>', 'how many devices', checked(parseCount('--devices', 1, 100_000)), 10)
    .option('--rate <n>', 'readings per second and device; a number, a fraction like 1/60, or max', checked(parseRate), 1)
    .addOption(durationOption('--for <duration>', 'how long: 30s, 10m, 2h, 7d', '1m'))
    .option('--seed <n>', 'the same seed (and --start) gives the same readings', checked(parseCount('--seed', 0, 2 ** 32)), 1)
    .option('--batch <n>', 'readings per request (default 1; 1000 with max)', checked(parseCount('--batch', 1, 10_000)))
    .option('--prefix <text>', 'device ids begin with this', 'sim')
    .addOption(new Option('--faults <list>', 'what goes wrong, see below').argParser(checked(parseFaults)).default(NO_FAULTS, 'none'))
    .option('--start <time>', 'device time of the first reading (default: now)', checked(parseTime))
    .option('--speedup <n>', 'seconds of device time per second, or max; for history', checked(parseRate), 1)
    .option('--connections <n>', 'requests under way at once', checked(parseCount('--connections', 1, 256)), 16)
    .addOption(durationOption('--give-up-after <duration>', 'of a server that does not answer', '2m'))
    .addHelpText('after', EXAMPLES);
  credentialOptions(serverOptions(command, host)).action((given: Given) =>
    withServer(host, given, given.connections, (context) => {
      if (given.rate === 'max' && given.speedup !== 1) throw new UsageError('--rate max sends as fast as it can; leave --speedup out.');
      const start = given.start ?? host.now();
      if (start < 0) throw new UsageError('--start is 1970 or later.');
      const atMax = given.rate === 'max' || given.speedup === 'max';
      return simulate(
        { ...given, start, durationMs: given.for, batch: given.batch ?? (atMax ? 1_000 : 1), giveUpAfterMs: given.giveUpAfter },
        context,
      );
    }),
  );
}
