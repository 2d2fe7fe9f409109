/** Where HTTP checks may go: hosts that the configuration names, at addresses that are allowed, looked up once. */
import { isIP } from 'node:net';
import type { Refusal } from '../incident/event.ts';
import { canonical, reachOf } from './address.ts';

/** Looks a name up: its addresses. Rejects when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** What decides where a check may go. */
export interface Fence {
  /** `host` or `host:port`, as the configuration names them. */
  readonly hosts: readonly string[];
  /** Address or name of the Kubernetes API server (KUBERNETES_SERVICE_HOST); null outside a cluster. */
  readonly apiServer: string | null;
  readonly resolve: Resolve;
}

/** A host that the configuration names. Without a port it stands for the default port of the scheme. */
interface Named {
  readonly host: string;
  readonly port: number | null;
}

/** The host of an address as it is compared and looked up: without brackets or a final dot. */
export function hostOf({ hostname }: URL): string {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  return canonical(bare) ?? bare;
}

/** The port of an address, also where it is implied. */
export const portOf = ({ port, protocol }: URL): number => (port === '' ? defaultPort(protocol) : Number(port));

const defaultPort = (protocol: string): number => (protocol === 'https:' ? 443 : 80);

/** Why a check may not ask this address at all, or null. Nothing has been looked up yet. */
export function refusalOf(url: URL, { hosts }: Fence): Refusal | null {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return no('only http and https can be asked');
  if (url.username !== '' || url.password !== '') return no('its address holds a user name or a password; remove them');
  return isNamed(hostOf(url), url, hosts)
    ? null
    : no(`${url.host} is not named in the configuration; add it to checks.hosts`);
}

/**
 * The addresses to connect to, and to no others: what the name means now, without what is forbidden. The caller connects
 * to these, so that a second look-up can't answer differently.
 */
export async function addressesOf(url: URL, fence: Fence): Promise<readonly string[] | Refusal> {
  const host = hostOf(url);
  const found = isIP(host) === 0 ? await fence.resolve(host) : [host];
  const allowed = found.filter((address) => addressRefusal(url, address, fence) === null);
  if (allowed.length > 0) return allowed;
  const [first] = found;
  return no(first === undefined ? `${host} has no address` : (addressRefusal(url, first, fence) ?? ''));
}

/** Why one address may not be connected to, or null. */
function addressRefusal(url: URL, address: string, { hosts, apiServer }: Fence): string | null {
  const host = hostOf(url);
  const shown = host === address ? host : `${host} is ${address.slice(0, 60)}, which`;
  const reach = reachOf(address);
  if (reach === 'never') return `${shown} is link-local, a metadata address or no address at all, and never asked`;
  const plain = canonical(address) ?? address;
  const local = (plain === '127.0.0.1' || plain === '::1') && isNamed('localhost', url, hosts);
  if (local || isNamed(plain, url, hosts)) return null;
  const open = `name ${isIP(plain) === 6 ? `[${plain}]` : plain}:${portOf(url)} in checks.hosts to allow it`;
  if (reach === 'own') return `${shown} is this machine itself; ${open}`;
  const isApi = apiServer !== null && (host === apiServer || plain === (canonical(apiServer) ?? apiServer));
  return isApi || apiServerName.test(host) ? `${shown} is the Kubernetes API server; ${open}` : null;
}

/** Names under which every cluster has its API server. */
const apiServerName = /^kubernetes(\.default(\.svc(\..+)?)?)?$/;

const isNamed = (host: string, url: URL, hosts: readonly string[]): boolean =>
  hosts.some((text) => {
    const named = readNamed(text);
    return named?.host === host && (named.port ?? defaultPort(url.protocol)) === portOf(url);
  });

function readNamed(text: string): Named | null {
  const whole = isIP(text) === 6 ? `[${text}]` : text;
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]+)(?::(\d{1,5}))?$/.exec(whole) ?? [];
  const url = URL.parse(`http://${host}`);
  if (url === null || url.pathname !== '/') return null;
  return { host: hostOf(url), port: port === undefined ? null : Number(port) };
}

const no = (refused: string): Refusal => ({ refused });
