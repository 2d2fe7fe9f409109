/** Readers of addresses that runbooks are carried out at: endpoints, hosts, and the names of workloads. */
import { isIP } from 'node:net';
import { quote, ValueFault } from './fault.ts';
import { listOf } from './values.ts';

/** The address of a neighbour's API, to which paths are added: without a slash at its end. */
export function readBase(text: string): string {
  const url = readUrl(text, 'http://prometheus:9090');
  if (url.search === '' && url.hash === '') return url.href.replace(/\/+$/, '');
  throw new ValueFault('an address to which paths are added can hold no `?` or `#`', 'write the address alone');
}

/** An address that is asked as it is. */
export function readEndpoint(text: string): URL {
  const url = readUrl(text, 'https://checkout.shop.example/health');
  if (url.hash === '') return url;
  throw new ValueFault('what stands after `#` is never sent', 'remove it');
}

/** A host, `checkout.shop.example` or `checkout.shop.example:8443`, in lower case. */
export function readHost(text: string): string {
  const remedy = 'write a host, `checkout.shop.example`, or a host and its port, `10.0.0.7:8080`';
  if (/^[\w.*-]+$/.test(text) && text.includes('*'))
    throw new ValueFault(`${quote(text)} stands for several hosts`, 'write each host by name');
  const whole = isIP(text) === 6 ? `[${text}]` : text;
  const [, name = '', port] = /^(\[[\d.:A-Fa-f]+\]|[^\s/?#@:\\]+)(?::(\d{1,5}))?$/.exec(whole) ?? [];
  const url = URL.parse(`http://${name}`);
  if (url === null || url.host === '' || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) {
    // What stands before an `@` may be a password.
    throw new ValueFault(`${text.includes('@') ? 'it' : quote(text)} is not a host`, remedy);
  }
  return port === undefined ? url.hostname : `${url.hostname}:${Number(port)}`;
}

/** A reader of one name of a workload's address. `what` completes "can't be the name of …". */
export function readPart(what: string): (text: string) => string {
  return (text) => {
    // A DNS subdomain, as Kubernetes asks for; a slash would make another workload of it.
    if (/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(text)) return text;
    const remedy = `use lower-case letters, digits, ${listOf(['-', '.']).replace(' or ', ' and ')}`;
    throw new ValueFault(`${quote(text)} can't be the name of ${what}`, remedy);
  };
}

/** The text is never quoted: it may hold a password. */
function readUrl(text: string, example: string): URL {
  const url = URL.parse(text);
  const remedy = `write it as \`${example}\``;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new ValueFault('it is not an address of http or https', remedy);
  if (url.username + url.password === '') return url;
  throw new ValueFault('an address must hold no user name and no password', remedy);
}
