/** A process of its own that asks a TLS server on loopback under two names, and once where it redirects out of TLS, and prints what came of it. */
import { ask, http } from './asking.ts';

const port = String(process.argv[2]);
for (const place of [`checkout.example:${port}/`, `other.example:${port}/`, `checkout.example:${port}/down`]) {
  const hosts = [place.replace(/\/.*/, ''), `127.0.0.1:${port}`];
  const { passed, says } = await ask(http(`https://${place}`), { hosts, resolve: async () => ['127.0.0.1'] });
  process.stdout.write(`${passed} ${says}\n`);
}
