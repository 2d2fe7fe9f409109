/** Where HTTP checks may go, against names and addresses that want them elsewhere. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, reachOf } from '../../src/checks/address.ts';
import { ask, http, serve } from './asking.ts';

describe('addresses', () => {
  it.each([
    [
      'never',
      '169.254.169.254 169.254.0.1 169.254.170.2 100.100.100.200 168.63.129.16 192.0.0.192 224.0.0.1 255.255.255.255',
    ],
    [
      'never',
      'fe80::1 fe80::1%eth0 febf::1 fd00:ec2::254 fd20:ce::254 ff02::1 ::ffff:169.254.169.254 ::ffff:a9fe:a9fe',
    ],
    [
      'never',
      '::169.254.169.254 ::ffff:0:169.254.169.254 64:ff9b::169.254.169.254 64:ff9b:1::a9fe:a9fe 2002:a9fe:a9fe::1',
    ],
    ['never', '2001:0:1::5601:5601 2001:db8::5efe:169.254.169.254 not-an-address 169.254.169.254.example 0x7f.1 127.1'],
    [
      'own',
      '127.0.0.1 127.1.2.3 0.0.0.0 0.1.2.3 ::1 :: 0:0:0:0:0:0:0:1 ::ffff:127.0.0.1 ::ffff:0.0.0.0 64:ff9b::7f00:1 2002:7f00:1::',
    ],
    [
      'fine',
      '10.0.0.1 172.16.0.1 192.168.1.1 100.64.0.1 1.1.1.1 169.253.1.1 169.255.1.1 fd00::1 fc00:1::1 2001:db8::1 ::ffff:10.0.0.1',
    ],
  ])('that may be asked %s: %s', (reach, addresses) => {
    const all = addresses.split(' ');
    expect(all.map((address) => [address, reachOf(address)])).toEqual(all.map((address) => [address, reach]));
  });

  it('of link-local kind are never asked, however they are wrapped', () => {
    const byte = fc.nat({ max: 255 });
    const wrappings = ['::ffff:', '::', '::ffff:0:', '64:ff9b::'];
    fc.assert(
      fc.property(byte, byte, fc.constantFrom(...wrappings), (c, d, wrapping) => {
        const inner = `169.254.${c}.${d}`;
        expect([reachOf(inner), reachOf(`${wrapping}${inner}`)]).toEqual(['never', 'never']);
      }),
    );
  });

  it('are compared in one form', () => {
    expect(['::FFFF:127.0.0.1', '0:0::1', 'FE80::1%lo', 'x'].map(canonical)).toEqual([
      '127.0.0.1',
      '::1',
      'fe80::1',
      null,
    ]);
  });
});

/** What is said when `url` is asked with these hosts, and nobody may be. */
const refused = async (
  url: string,
  hosts: readonly string[],
  resolved: readonly string[] = [],
  apiServer: string | null = null,
) => {
  const { passed, says } = await ask(http(url, { timeout: 1_000 }), {
    hosts,
    apiServer,
    resolve: async () => resolved,
  });
  expect(passed).toBe(false);
  return says.slice(says.indexOf(':', 12) + 2);
};

describe('a host', () => {
  it.each([
    'http://other.example/',
    'http://a.app.example/',
    'http://app.example:8080/',
    'http://app.example.evil/',
    'https://app.example:444/',
  ])('that is not named is not asked: %s', async (url) => {
    expect(await refused(url, ['app.example', 'app.example:9000'])).toMatch(
      /is not named in the configuration; add it to checks\.hosts$/,
    );
  });

  it.each([
    'http://APP.example',
    'http://app.example.',
    'http://app.example:80',
    'https://app.example',
    'https://app.example:443',
  ])('that is named is looked up: %s', async (url) => {
    expect(await refused(url, ['App.Example'], ['169.254.169.254'])).toMatch(
      /^app\.example is 169\.254\.169\.254, which is link-local/,
    );
  });

  it('is not asked by another protocol, with a password, or without a readable address; and the password is not shown', async () => {
    expect(await refused('ftp://app.example/', ['app.example'])).toBe('only http and https can be asked');
    const answer = await ask(http('http://ana:hunter2@app.example/'), { hosts: ['app.example'] });
    expect(answer.says).toBe(
      'GET http://app.example/ was not asked: its address holds a user name or a password; remove them',
    );
    const none = await ask(http('http://ana:hunter2@app example/'), { hosts: ['app.example'] });
    expect(none).toMatchObject({
      passed: false,
      says: 'The address of this check is not a URL: correct it in the runbook',
    });
  });

  it.each([['169.254.169.254'], ['fd00:ec2::254'], ['::ffff:169.254.169.254'], ['100.100.100.200']])(
    'at the metadata address %s is never asked, not even when the configuration names it',
    async (address) => {
      const host = address.includes(':') ? `[${address}]` : address;
      expect(await refused(`http://${host}/latest`, [host, address])).toMatch(/never asked$/);
      expect(await refused('http://app.example/', ['app.example', host], [address])).toMatch(/never asked$/);
    },
  );

  it.each(['127.0.0.1', '127.9.9.9', '0.0.0.0', '::1', '::ffff:127.0.0.1'])(
    'that leads to %s is not asked',
    async (address) => {
      expect(await refused('http://app.example/', ['app.example', 'localhost:81', '127.0.0.1:81'], [address])).toMatch(
        /^app\.example is .*, which is this machine itself; name .*:80 in checks\.hosts to allow it$/,
      );
    },
  );

  it('that is the API server of Kubernetes is not asked, by name or by address', async () => {
    const hosts = ['kubernetes.default.svc', 'app.example'];
    const name = await refused('https://kubernetes.default.svc/', hosts, ['10.96.0.1']);
    expect(name).toMatch(/is the Kubernetes API server; name 10\.96\.0\.1:443 in checks\.hosts to allow it$/);
    expect(await refused('https://app.example/', hosts, ['::ffff:10.96.0.1'], '10.96.0.1')).toMatch(
      /Kubernetes API server/,
    );
    expect(await refused('https://app.example/', hosts, ['fd00::1'], 'fd00:0::1')).toMatch(/Kubernetes API server/);
  });

  it('that leads nowhere is not asked', async () => {
    expect(await refused('http://app.example/', ['app.example'])).toBe('app.example has no address');
  });

  it('is never asked because of how its address is written', async () => {
    const resolve = () => Promise.reject(new Error('a name was looked up'));
    const written = fc.oneof(
      fc.webUrl(),
      fc.string(),
      fc.webAuthority().map((authority) => `http://app.example@${authority}/`),
    );
    await fc.assert(
      fc.asyncProperty(written, async (url) => {
        const { passed, says } = await ask(http(url), { hosts: ['app.example'], resolve });
        expect(passed).toBe(false);
        expect(says).toMatch(/was not asked|is not a URL/);
      }),
    );
  });

  it('is looked up by the system unless told otherwise', async () => {
    await using site = await serve((_, response) => response.end());
    const settings = { hosts: [`localhost:${site.port}`] };
    expect((await ask(http(`http://localhost:${site.port}/`), settings)).passed).toBe(true);
  });

  it('on this machine is asked when that very address is named, as an address or as localhost', async () => {
    await using site = await serve((_, response) => response.end());
    const at = (host: string) => http(`http://${host}:${site.port}/`);
    const resolve = async () => ['127.0.0.1'];
    expect((await ask(at('127.1'), { hosts: [site.host] })).passed).toBe(true);
    expect((await ask(at('[::ffff:127.0.0.1]'), { hosts: [site.host] })).passed).toBe(true);
    expect((await ask(at('localhost'), { hosts: [`localhost:${site.port}`], resolve })).passed).toBe(true);
    expect((await ask(at('app.example'), { hosts: [`app.example:${site.port}`, site.host], resolve })).passed).toBe(
      true,
    );
  });
});

describe('a name', () => {
  it('that means something else a moment later leads to where it was allowed to', async () => {
    await using site = await serve(({ headers }, response) => response.end(headers.host));
    const answers = [['127.0.0.1'], ['169.254.169.254']];
    const resolve = async () => answers.shift() ?? [];
    const question = http(`http://app.example:${site.port}/`, { contains: `app.example:${site.port}` });
    const settings = { hosts: [`app.example:${site.port}`, site.host], resolve };
    expect((await ask(question, settings)).passed).toBe(true);
    expect(answers).toHaveLength(1);
    expect((await ask(question, settings)).says).toMatch(
      /was not asked: app\.example is 169\.254\.169\.254, which is link-local/,
    );
  });

  it('with good and bad addresses is asked at the good ones only', async () => {
    await using site = await serve((_, response) => response.end());
    const settings = {
      hosts: [`app.example:${site.port}`, site.host],
      resolve: async () => ['169.254.169.254', '::1', '127.0.0.1'],
    };
    expect((await ask(http(`http://app.example:${site.port}/`), settings)).passed).toBe(true);
  });

  it('is looked up and judged again at each redirect', async () => {
    await using site = await serve((_, response) => response.writeHead(302, { location: '/again' }).end());
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    const settings = { hosts: [`app.example:${site.port}`, site.host], resolve: async () => answers.shift() ?? [] };
    const { says } = await ask(http(`http://app.example:${site.port}/`), settings);
    expect(says).toMatch(
      /^GET http:\/\/app\.example:\d+\/ → http:\/\/app\.example:\d+\/again was not asked: .*127\.0\.0\.2, which is this machine/,
    );
  });
});
