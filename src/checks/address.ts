/** Addresses that a check must not reach, whatever name led to them and however they are written. */
import { BlockList, isIP } from 'node:net';

/**
 * `never`: link-local, metadata services and multicast, which no configuration opens. `own`: this machine, open only to
 * a configuration that names it. `fine`: the rest, private ranges too, because the services that people run are there.
 */
export type Reach = 'never' | 'own' | 'fine';

const never = new BlockList();
never.addSubnet('169.254.0.0', 16, 'ipv4');
never.addSubnet('224.0.0.0', 4, 'ipv4');
never.addAddress('255.255.255.255', 'ipv4');
never.addSubnet('fe80::', 10, 'ipv6');
never.addSubnet('ff00::', 8, 'ipv6');
// Metadata outside the link-local range: Alibaba, Azure, Oracle; AWS and Google over IPv6.
for (const address of ['100.100.100.200', '168.63.129.16', '192.0.0.192']) never.addAddress(address, 'ipv4');
never.addSubnet('fd00:ec2::', 32, 'ipv6');
never.addAddress('fd20:ce::254', 'ipv6');

const own = new BlockList();
own.addSubnet('127.0.0.0', 8, 'ipv4');
// Linux takes 0.0.0.0 for itself; the whole of 0/8 means "this network" (RFC 1122, section 3.2.1.3).
own.addSubnet('0.0.0.0', 8, 'ipv4');
own.addAddress('::1', 'ipv6');
own.addAddress('::', 'ipv6');

/** What may be done with an address. An IPv6 address that carries an IPv4 one is judged by both; what is none is never asked. */
export function reachOf(address: string): Reach {
  const faces = facesOf(address);
  if (faces.length === 0 || faces.some((face) => isIn(never, face))) return 'never';
  return faces.some((face) => isIn(own, face)) ? 'own' : 'fine';
}

/** An address as it is compared: IPv6 in its shortest form, an IPv4-mapped one as IPv4. Null for what is none. */
export function canonical(address: string): string | null {
  const [plain = ''] = address.split('%');
  if (isIP(plain) === 4) return plain;
  const groups = groupsOf(plain);
  if (groups === null) return null;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return mapped ? dotted(groups[6], groups[7]) : shortest(plain);
}

const isIn = (list: BlockList, address: string): boolean => list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

/** An address and the IPv4 addresses that networks may take it for. */
function facesOf(address: string): readonly string[] {
  const first = canonical(address);
  if (first === null) return [];
  const groups = groupsOf(first);
  return groups === null ? [first] : [first, ...carried(groups)];
}

/** IPv4 inside IPv6: compatible and translated (RFC 4291, 2765), NAT64 (6052, 8215), 6to4 (3056), Teredo (4380), ISATAP (5214). */
function carried([a, b, c, d, e, f, g, h]: readonly number[]): readonly string[] {
  const found: string[] = [];
  if (a === 0 && b === 0 && c === 0 && d === 0 && (e === 0 || e === 0xffff) && f === 0) found.push(dotted(g, h));
  if (a === 0x64 && b === 0xff9b) found.push(dotted(g, h));
  if (a === 0x2002) found.push(dotted(b, c));
  if (a === 0x2001 && b === 0) found.push(dotted((g ?? 0) ^ 0xffff, (h ?? 0) ^ 0xffff));
  if ((e === 0 || e === 0x200) && f === 0x5efe) found.push(dotted(g, h));
  return found;
}

const dotted = (high = 0, low = 0): string => [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): readonly number[] | null {
  if (isIP(address) !== 6) return null;
  const [left = '', right] = shortest(address).split('::');
  const numbers = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const [before, after] = [numbers(left), numbers(right ?? '')];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** The URL parser writes an IPv6 address in its shortest form, in hexadecimal throughout. */
const shortest = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);
