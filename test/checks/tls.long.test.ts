/** HTTP checks over TLS, past any proxy. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ask, http, listen, serve } from './asking.ts';

describe('TLS', () => {
  const fixture = (name: string): string => join(import.meta.dirname, '../fixtures/tls', name);
  const secure = async (names: string[]) =>
    listen(
      createTlsServer(
        {
          key: readFileSync(fixture('key.pem')),
          cert: readFileSync(fixture('certificate.pem')),
          SNICallback: (name, done) => {
            names.push(name);
            done(null);
          },
        },
        ({ url, headers }, response) => {
          if (url === '/down') response.writeHead(302, { location: `http://${headers.host}/` });
          response.end('sealed');
        },
      ),
    );

  it('asks for the certificate of the name, not of the address, and does not trust a stranger', async () => {
    const names: string[] = [];
    await using site = await secure(names);
    const settings = { hosts: [`checkout.example:${site.port}`, site.host], resolve: async () => ['127.0.0.1'] };
    const { passed, says } = await ask(http(`https://checkout.example:${site.port}/`), settings);
    expect(passed).toBe(false);
    expect(says).toMatch(/has a certificate that is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/);
    expect(names).toEqual(['checkout.example']);
    const plain = await ask(http(`http://checkout.example:${site.port}/`), settings);
    expect(plain.passed).toBe(false);
  });

  it('is trusted under the name of its certificate only and never left by a redirect, and no proxy of the environment is asked', async () => {
    const proxied: unknown[] = [];
    await using proxy = await serve(({ url }, response) => {
      proxied.push(url);
      response.end();
    });
    await using site = await secure([]);
    const script = fileURLToPath(new URL('./ask-tls.ts', import.meta.url));
    // The authorities that Node trusts, and its proxies, are chosen when a process starts.
    const env = {
      NODE_EXTRA_CA_CERTS: fixture('certificate.pem'),
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: proxy.url,
      HTTP_PROXY: proxy.url,
    };
    const { stdout } = await promisify(execFile)(process.execPath, [script, String(site.port)], { env });
    const [right, wrong, down] = stdout.trim().split('\n');
    expect(right).toMatch(/^true GET https:\/\/checkout\.example:\d+\/ answered 200 in \d+ ms$/);
    expect(wrong).toMatch(
      /^false GET https:\/\/other\.example:\d+\/ has a certificate that is not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
    );
    expect(down).toMatch(/^false .*answered 302 in \d+ ms, a redirect to http:.* \(not followed: not allowed\)/);
    expect(proxied).toEqual([]);
  });
});
