/** A process of its own that makes one call and then has nothing left to do; how long it lives is what is measured. */
import dns from 'node:dns';
import { PagerError } from '../../src/pagerduty/pager-error.ts';
import { clientAt, endless, key } from './pager.ts';

const [, , url = '', deadline] = process.argv;
// The certificate of the tests is for a name that no name server knows.
const lookUp = dns.lookup;
Object.assign(dns, {
  lookup: (host: string, ...rest: [never, never]) => lookUp(host.endsWith('.example') ? '127.0.0.1' : host, ...rest),
});
try {
  await clientAt(url, Number(deadline)).events.resolve(key, 'vigie-12-1', endless());
  process.stdout.write('taken in');
} catch (error) {
  process.stdout.write(error instanceof PagerError ? `${error.kind}: ${error.says}` : String(error));
}
