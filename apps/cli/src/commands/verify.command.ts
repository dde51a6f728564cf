/** `thingsio verify`: is what is stored what was written? */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { DeviceView, LedgerView, ListView } from '#contracts';
import { needKey } from '../client/account.js';
import { ApiClient } from '../client/api-client.js';
import { mapLimited, readLedger } from '../client/closing-account.js';
import { compareDevices } from '../operate/compare-devices.js';
import { verifyProjection } from '../operate/verify-projection.js';
import { formatCount, UsageError } from '../quantities.js';
import { table } from '../output.js';
import type { Context } from '../simulate/simulate.js';
import { serverOptions, withServer, type CommandHost, type ServerOptions } from './command-host.js';

export function addVerifyCommand(program: Command, host: CommandHost): void {
  const verify = program.command('verify').description('checks what is stored; exit code 1 where something is wrong');
  verify
    .command('log')
    .description('recomputes the checksums and the hash chain of the log in a data folder (no server needed)')
    .requiredOption('--data <dir>', 'the data folder of the server')
    .action(async ({ data }: { data: string }) => host.exit(await verifyLogOf(data, host)));
  const ledger = verify
    .command('ledger')
    .argument('[device]', 'its id; all devices when left out')
    .description('checks that received = stored + duplicates + rejected, and shows what is missing');
  serverOptions(ledger, host).action((deviceId: string | undefined, given: ServerOptions) =>
    withServer(host, given, 8, (context) => verifyLedgers(deviceId, context)),
  );
  const projection = verify
    .command('projection')
    .argument('<name>', '"thingsio projections" lists them')
    .description('builds it once more from the log and compares that with what is shown (scope operate)');
  serverOptions(projection, host).action((name: string, given: ServerOptions) =>
    withServer(host, given, 1, (context) => verifyProjection(name, context)),
  );
  const devices = verify
    .command('devices')
    .description('compares every device with that of another server which was sent the same, down to the first reading')
    .requiredOption('--against <url>', 'the other server')
    .requiredOption('--against-key <key>', 'API key of the account there');
  serverOptions(devices, host).action((given: ServerOptions & { against: string; againstKey: string }) =>
    withServer(host, given, 8, (context) => withOther(given, (other) => compareDevices(other, context))),
  );
}

async function withOther<T>(
  { against, againstKey }: { against: string; againstKey: string },
  run: (other: ApiClient) => Promise<T>,
): Promise<T> {
  const other = new ApiClient({ url: against, apiKey: againstKey });
  try {
    return await run(other);
  } finally {
    await other.close();
  }
}

async function verifyLogOf(dir: string, { out }: CommandHost): Promise<number> {
  // SQLite is loaded by this command alone.
  const { logFile, verifyLog } = await import('#adapters/sqlite');
  if (!existsSync(logFile(dir))) throw new UsageError(`There is no log in ${dir}; name the data folder of a server with --data.`);
  const verdict = await verifyLog(dir, ({ events, of }) => out.progress(`${formatCount(events)} of ${formatCount(of)} events checked`));
  out.settle();
  if (verdict.ok) {
    out.line(`✓ The log is as it was written: ${formatCount(verdict.events)} events.`);
    out.line(`  Hash of the last: ${verdict.headHash}`);
    return 0;
  }
  const event =
    verdict.position > 0
      ? ` Event ${verdict.position} (${verdict.type || 'of unknown type'}, revision ${verdict.revision} of ${verdict.stream || 'an unknown stream'}):`
      : '';
  out.line(`✗ The log is not as it was written.${event} ${verdict.problem}`);
  return 1;
}

async function verifyLedgers(deviceId: string | undefined, { client, out }: Context): Promise<number> {
  needKey(client);
  const ids = deviceId === undefined ? await allDevices(client) : [deviceId];
  const ledgers = await mapLimited(ids, (id) => readLedger(client, id));
  out.line(
    table(
      ['device', 'received', 'stored', 'duplicates', 'rejected', 'late', 'missing', 'closes'],
      ledgers.map((it) => [
        it.deviceId,
        it.received,
        it.stored,
        it.duplicates,
        it.rejected,
        it.late,
        it.missing.count,
        closes(it) ? 'yes' : 'NO',
      ]),
    ),
  );
  return ledgers.every(closes) ? 0 : 1;
}

function closes(ledger: LedgerView): boolean {
  return ledger.received === ledger.stored + ledger.duplicates + ledger.rejected;
}

async function allDevices(client: Context['client']): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page: ListView<DeviceView> = await client.json({ method: 'GET', path: '/devices', query: { cursor } });
    ids.push(...page.items.map((device) => device.deviceId));
    cursor = page.next;
  } while (cursor);
  return ids;
}
