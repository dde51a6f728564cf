/** `thingsio devices`: what there is. */
import type { Command } from 'commander';
import type { DeviceView, ListView } from '#contracts';
import { needKey } from '../client/account.js';
import { table } from '../output.js';
import { serverOptions, withServer, type CommandHost, type ServerOptions } from './command-host.js';

/** A line stays a line. */
const FIELDS_SHOWN_MAX = 4;

export function addDevicesCommand(program: Command, host: CommandHost): void {
  const command = program.command('devices').description('lists the devices of the account');
  serverOptions(command, host).action((given: ServerOptions) =>
    withServer(host, given, 1, async ({ client, out }) => {
      needKey(client);
      const rows: string[][] = [];
      let cursor: string | undefined;
      do {
        const page: ListView<DeviceView> = await client.json({ method: 'GET', path: '/devices', query: { cursor } });
        for (const device of page.items)
          rows.push([device.deviceId, device.name, fieldList(Object.keys(device.schema.fields)), device.lastReadingAt ?? '—']);
        cursor = page.next;
      } while (cursor);
      out.line(rows.length === 0 ? 'There are no devices yet.' : table(['device', 'name', 'fields', 'latest reading'], rows));
      return 0;
    }),
  );
}

function fieldList(names: string[]): string {
  const shown = names.slice(0, FIELDS_SHOWN_MAX).join(', ');
  return names.length > FIELDS_SHOWN_MAX ? `${shown}, … ${names.length - FIELDS_SHOWN_MAX} more` : shown;
}
