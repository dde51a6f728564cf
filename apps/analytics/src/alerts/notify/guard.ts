/** Where notifications may go: a rule must not make the service ask its own network for something. */
import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';

/** IANA's special-purpose registries, but for what is routed everywhere. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv6');

export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError';
}

export function isPrivate(address: string): boolean {
  const plain = address.split('%')[0]!;
  if (isIP(plain) === 4) return PRIVATE.check(plain, 'ipv4');
  if (isIP(plain) !== 6) return true;
  const inner = embedded(plain);
  return PRIVATE.check(plain, 'ipv6') || (inner !== undefined && PRIVATE.check(inner, 'ipv4'));
}

/** The IPv4 address that is asked in the end: of ::ffff:0:0/96 (mapped), 64:ff9b::/96 (NAT64) and 2002::/16 (6to4). */
function embedded(address: string): string | undefined {
  const groups = groupsOf(address);
  const [first, second] = groups;
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  const isNat64 = first === 0x64 && second === 0xff9b && groups.slice(2, 6).every((group) => group === 0);
  const inner = first === 0x2002 ? groups.slice(1, 3) : isMapped || isNat64 ? groups.slice(6) : undefined;
  return inner?.flatMap((group) => [group >> 8, group & 0xff]).join('.');
}

/** The eight numbers of an IPv6 address, as the parser of URLs writes it out. */
function groupsOf(address: string): number[] {
  const text = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [before = [], after = []] = text
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((group) => parseInt(group, 16))));
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** For an address in the URL itself, which is never looked up. */
export function refusePrivateHost(hostname: string): void {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && isPrivate(host)) throw new RefusedAddressError(`${host} is an address of a private network`);
}

type Callback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** As the `lookup` of a request: what is connected to is what was checked, whatever the name resolves to a moment later. */
export function guardedLookup(hostname: string, options: LookupOptions, callback: Callback): void {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, '');
    const bad = found.find(({ address }) => isPrivate(address));
    if (bad) return callback(new RefusedAddressError(`${hostname} is ${bad.address}, an address of a private network`), '');
    if (options.all) return callback(null, found);
    callback(null, found[0]!.address, found[0]!.family);
  });
}
