/** `thingsio verify devices`: do two servers that were sent the same show the same? Compares a digest a device, and walks down to the first
 *  difference where two of them differ. */
import type { DeviceDigestView, DeviceView, ListView } from '#contracts';
import { needKey } from '../client/account.js';
import { devicePath, type ApiClient } from '../client/api-client.js';
import { mapLimited } from '../client/closing-account.js';
import { table } from '../output.js';
import { formatCount } from '../quantities.js';
import type { Context } from '../simulate/simulate.js';
import { firstDifference } from './first-difference.js';
import { type Part, PARTS, type Sides } from './sides.js';

const ROWS_SHOWN_MAX = 20;

interface Compared {
  deviceId: string;
  /** What differs; `here` or `there` where only that server has the device. */
  differs: Part[] | 'here' | 'there';
}

/** Exit code 0 only where all devices are equal, and there is one. */
export async function compareDevices(against: ApiClient, { client, out, signal }: Context): Promise<number> {
  needKey(client);
  const sides = { here: client, there: against };
  const [here, there] = await Promise.all([deviceIds(client), deviceIds(against)]);
  const ids = [...new Set([...here, ...there])].sort();
  let done = 0;
  const compared = await mapLimited(ids, async (deviceId): Promise<Compared> => {
    if (!here.has(deviceId) || !there.has(deviceId)) return { deviceId, differs: here.has(deviceId) ? 'here' : 'there' };
    signal.throwIfAborted();
    const differs = await differingParts(deviceId, sides);
    out.progress(`${formatCount(++done)} of ${formatCount(ids.length)} devices compared`);
    return { deviceId, differs };
  });
  out.settle();
  const differing = compared.filter(({ differs }) => differs.length > 0);
  if (differing.length === 0) {
    out.line(
      ids.length === 0
        ? '✗ Neither server has a device in this account: nothing was compared.'
        : `✓ ${countOf(ids)} equal on both servers.`,
    );
    return ids.length === 0 ? 1 : 0;
  }
  out.line(table(['device', ...PARTS], differing.slice(0, ROWS_SHOWN_MAX).map(rowOf)));
  if (differing.length > ROWS_SHOWN_MAX) out.line(`… ${formatCount(differing.length - ROWS_SHOWN_MAX)} more`);
  out.line();
  out.line(`✗ ${formatCount(differing.length)} of ${countOf(ids)} differ between the servers.`);
  const [first] = differing;
  if (first && Array.isArray(first.differs))
    for (const line of await firstDifference(first.deviceId, first.differs[0]!, sides)) out.line(`  ${line}`);
  return 1;
}

const countOf = (ids: string[]): string => `${formatCount(ids.length)} ${ids.length === 1 ? 'device' : 'devices'}`;

function rowOf({ deviceId, differs }: Compared): string[] {
  if (differs === 'here') return [deviceId, 'is not on the other server'];
  if (differs === 'there') return [deviceId, 'is only on the other server'];
  return [deviceId, ...PARTS.map((part) => (differs.includes(part) ? 'DIFFERS' : 'equal'))];
}

async function differingParts(deviceId: string, { here, there }: Sides): Promise<Part[]> {
  const [one, other] = await Promise.all([here, there].map((client) => digestOf(client, deviceId)));
  return PARTS.filter((part) => one![part] !== other![part]);
}

const digestOf = (client: ApiClient, deviceId: string): Promise<DeviceDigestView> =>
  client.json({ method: 'GET', path: devicePath(deviceId, '/digest') });

async function deviceIds(client: ApiClient): Promise<Set<string>> {
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const page: ListView<DeviceView> = await client.json({ method: 'GET', path: '/devices', query: { limit: 1_000, cursor } });
    for (const { deviceId } of page.items) ids.add(deviceId);
    cursor = page.next;
  } while (cursor);
  return ids;
}
