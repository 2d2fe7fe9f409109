/** The address of Redis or Valkey in its four forms, as one environment variable holds it. */
import { ValueFault } from './fault.ts';
import type { Secret } from './secret.ts';
import { createSecret } from './secret.ts';

/** One server. An IPv6 address stands without brackets. */
export interface Node {
  readonly host: string;
  readonly port: number;
}

/** How to log in; the same for every node. */
export interface Login {
  readonly tls: boolean;
  readonly username: string | null;
  readonly password: Secret | null;
}

/** One server, a primary found through Sentinel, or a cluster. `db` is the number of the logical database. */
export type Redis = Login &
  (
    | { readonly topology: 'single'; readonly node: Node; readonly db: number }
    | { readonly topology: 'sentinel'; readonly sentinels: readonly Node[]; readonly name: string; readonly db: number }
    | { readonly topology: 'cluster'; readonly nodes: readonly Node[] }
  );

const forms =
  '`redis://host:6379/0`, `redis+sentinel://host1:26379,host2:26379/name` or `redis+cluster://host1:6379,host2:6379` ' +
  '(`rediss` for TLS, `user:password@` before the hosts, special characters percent-encoded)';

interface Parts {
  readonly tls: boolean;
  readonly topology: Redis['topology'];
  readonly username: string | null;
  readonly password: string | null;
  readonly hosts: string;
  readonly path: readonly string[];
}

/**
 * Reads an address; `read` fetches it again when the password is needed. Throws a `ValueFault` that shows no part of
 * it.
 */
export function readRedis(ref: string, read: () => string): Redis {
  const { tls, topology, username, password, hosts, path } = split(read());
  const reveal = (): string => split(read()).password ?? '';
  const login = { tls, username, password: password === null ? null : createSecret(ref, reveal) };
  const [first = '', second = '', ...rest] = path;
  if (rest.length > 0) throw refuse('has too many parts');
  switch (topology) {
    case 'single': {
      const [node, ...others] = readNodes(hosts, 6379);
      if (node === undefined || others.length > 0) throw refuse('names several hosts');
      if (second !== '') throw refuse('has too many parts');
      return { ...login, topology, node, db: readDatabase(first) };
    }
    case 'sentinel':
      if (first === '') throw refuse('does not name the primary');
      return { ...login, topology, sentinels: readNodes(hosts, 26_379), name: first, db: readDatabase(second) };
    case 'cluster':
      if (readDatabase(first) > 0 || second !== '') throw refuse('names a database, which a cluster does not have');
      return { ...login, topology, nodes: readNodes(hosts, 6379) };
  }
}

const refuse = (problem: string): ValueFault => new ValueFault(`the address ${problem}`, `write ${forms}`);

function split(address: string): Parts {
  const form = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#:]*)(?::([^@/?#]*))?@)?([^@/?#]+)((?:\/[^/?#]*)*)$/;
  const found = form.exec(address.trim());
  if (found === null) throw refuse('is not one of Redis');
  const [, scheme, kind, username = '', password = '', hosts = '', path = ''] = found;
  const topology = kind === 'sentinel' || kind === 'cluster' ? kind : 'single';
  try {
    return {
      tls: scheme === 'rediss',
      topology,
      username: username === '' ? null : decodeURIComponent(username),
      password: password === '' ? null : decodeURIComponent(password),
      hosts,
      path: path.split('/').slice(1).map(decodeURIComponent),
    };
  } catch {
    throw refuse('has a percent sign that encodes nothing');
  }
}

function readNodes(hosts: string, port: number): readonly Node[] {
  return hosts.split(',').map((text) => {
    const [, ipv6, name, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
    const host = ipv6 ?? name;
    const number = digits === undefined ? port : Number(digits);
    if (host === undefined || number < 1 || number > 65_535)
      throw refuse('has a host that is not a name or an address');
    return { host, port: number };
  });
}

function readDatabase(text: string): number {
  if (!/^\d{0,5}$/.test(text)) throw refuse('names a database that is not a number');
  return Number(text);
}
