/** Secrets that are planted in logs and messages never come out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tailOf } from '../../src/kubernetes/diagnose/log.ts';
import { masked } from '../../src/kubernetes/diagnose/mask.ts';
import { shown } from '../../src/kubernetes/diagnose/plain.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const capitals = letters.toUpperCase();
const digits = '0123456789';
const word = (characters: string, minLength: number, maxLength = minLength) =>
  // What chance makes; without bias, because a token of 40 zeros is none.
  fc.noBias(fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength }));
const alphanumeric = letters + capitals + digits;
/** What people choose: nothing with spaces, quotes or line breaks, which end a value. */
const password = word(`${alphanumeric}!#$%^*()_+-.,;/?~|@&`, 10, 30).map((text) => `p${text}`);
const base64url = word(`${alphanumeric}-_`, 30, 60);

const keys = [
  ...[
    'password',
    'PASSWORD',
    'DB_PASSWORD',
    'passwd',
    'pwd',
    'client_secret',
    'secretKey',
    'access_token',
    'authToken',
  ],
  ...['api_key', 'apiKey', 'X-Api-Key', 'AWS_SECRET_ACCESS_KEY', 'private-key', 'credentials', 'session_id', 'sig'],
  ...['AccountKey', 'PGPASSWORD', 'redis.password', 'REFRESH_TOKEN', 'csrf-token', 'signature', 'connectionString'],
];

/** A secret, and a text that says it. */
const planted: fc.Arbitrary<readonly [secret: string, text: string]> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...keys), fc.constantFrom('=', ': ', ':', ' = ', '=>', ' := '), password)
    .map(([key, sign, secret]) => [secret, `${key}${sign}${secret}`] as const),
  fc
    .tuple(fc.constantFrom(...keys), password)
    .map(([key, secret]) => [secret, JSON.stringify({ user: 'shop', [key]: secret, port: 5432 })] as const),
  fc
    .tuple(fc.constantFrom(...keys), password)
    .map(([key, secret]) => [secret, JSON.stringify({ body: JSON.stringify({ [key]: secret }) })] as const),
  fc.tuple(fc.constantFrom(...keys), password).map(([key, secret]) => [secret, `${key}='${secret} and more'`] as const),
  fc
    .tuple(fc.constantFrom('postgres', 'redis', 'amqps', 'https', 'mongodb+srv'), password)
    .map(([scheme, secret]) => [secret, `connecting to ${scheme}://shop:${secret}@db.internal:5432/shop`] as const),
  fc
    .tuple(fc.constantFrom('token', 'access_token', 'api_key', 'X-Amz-Signature'), password)
    .map(([key, secret]) => [secret, `GET /pay?order=1&${key}=${secret}&page=2 500`] as const),
  base64url.map((secret) => [secret, `Authorization: Bearer ${secret}`] as const),
  base64url.map((secret) => [secret, `{"headers":{"authorization":"Basic ${secret}"}}`] as const),
  base64url.map((secret) => [secret, `cookie: sid=${secret}; theme=dark`] as const),
  fc.tuple(base64url, base64url).map(([a, b]) => [`eyJ${a}.eyJ${b}.${a}`, `jwt eyJ${a}.eyJ${b}.${a} expired`] as const),
  word(capitals + digits, 16).map((secret) => [`AKIA${secret}`, `using AKIA${secret}.`] as const),
  word(alphanumeric, 36).map((secret) => [secret, `ghp_${secret} is not valid`] as const),
  word(alphanumeric, 24).map((secret) => [secret, `slack answered invalid_auth to xoxb-1234-5678-${secret}`] as const),
  word(alphanumeric, 24).map((secret) => [secret, `stripe sk_live_${secret}`] as const),
  word(alphanumeric, 24).map(
    (secret) => [secret, `POST https://hooks.slack.com/services/T0/B0/${secret} 404`] as const,
  ),
  fc.tuple(word(letters, 3, 12), word(letters, 3, 12)).map(([name, host]) => {
    const secret = `${name}.o'brien+x@${host}.example.com`;
    return [`${name}.o`, `mail to <${secret.replace("'", '')}> bounced`] as const;
  }),
  fc.array(word(`${alphanumeric}+/`, 64), { minLength: 2, maxLength: 6 }).map((lines) => {
    const key = ['-----BEGIN RSA PRIVATE KEY-----', ...lines, '-----END RSA PRIVATE KEY-----'].join('\n');
    return [lines[1] ?? '', key] as const;
  }),
  word('0123456789abcdef', 40, 64).map((secret) => [secret, `digest is ${secret}!`] as const),
  word(`${alphanumeric}+/`, 40, 60).map((secret) => [secret, `storage said ${secret} twice`] as const),
  fc
    .tuple(fc.constantFrom('--password', '--api-key', '--token'), password)
    .map(([name, secret]) => [secret, `exec mysqldump ${name} ${secret} shop`] as const),
);

/** A text gives a secret away if any eight characters of it are left. */
function leaks(text: string, secret: string): boolean {
  for (let at = 0; at + 8 <= secret.length; at += 1) if (text.includes(secret.slice(at, at + 8))) return true;
  return secret.length < 8 && text.includes(secret);
}

const noise = fc.constantFrom(
  '2026-11-21T03:12:00Z INFO listening on :8080',
  'java.lang.IllegalStateException: pool is closed',
  '\tat com.example.shop.Checkout.pay(Checkout.java:42)',
  '',
);

describe('a log', () => {
  it('never gives a planted secret away, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.array(noise, { maxLength: 3 }),
        planted,
        fc.array(noise, { maxLength: 3 }),
        (before, [secret, text], after) => {
          const log = [...before, text, ...after].join('\n');
          expect(leaks(tailOf(log, 2_900), secret)).toBe(false);
          expect(leaks(shown(text, 300), secret)).toBe(false);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('gives nothing away when colours or invisible characters are in it', () => {
    const log = '\u001B[32mpass\u200Bword\u001B[0m=\u001B[33mhunter2hunter2\u001B[0m';
    expect(tailOf(log, 2_900)).toBe('password=…');
  });

  it('hides the rest of a key whose beginning was cut off', () => {
    expect(tailOf('MIIEpAIBAAKCAQ\nabcdefghijk\n-----END PRIVATE KEY-----\nready', 2_900)).toBe('…\nready');
  });

  it('keeps what helps', () => {
    const lines = [
      'FATAL: password authentication failed for user "shop"',
      'java.lang.OutOfMemoryError: Java heap space',
      '  at com.example.shop.CheckoutController2.pay(/srv/app/Checkout2.java:42)',
      'request 3f0e9b52-7a5c-4a5e-9a52-1f7a2c1b9d10 took 1800 ms',
      'pod checkout-7d9f8b6c5d-x2x4z: signal: killed',
      'connect ECONNREFUSED 10.0.3.17:5432',
      'author: Ana, level=error status=503',
    ];
    expect(tailOf(lines.join('\n'), 2_900)).toBe(lines.join('\n'));
  });

  it('is cut to its last lines', () => {
    const log = Array.from({ length: 500 }, (_, n) => `line ${n}`).join('\n');
    const tail = tailOf(log, 100);
    expect(tail.length).toBeLessThanOrEqual(100);
    expect(tail).toMatch(/^line \d+\n[^]*line 499$/);
  });

  it('is masked in time that grows with its length, whatever is in it', () => {
    const hostile = [
      'a://'.repeat(4_000),
      '-----BEGIN '.repeat(1_400),
      `${'a\n'.repeat(8_000)}-----END `,
      'key='.repeat(4_000),
    ];
    for (const text of [...hostile, '"'.repeat(16_000), '\\"'.repeat(8_000), 'a@'.repeat(8_000), 'a.'.repeat(8_000)]) {
      const started = performance.now();
      masked(`password="${text}`);
      masked(text);
      expect(performance.now() - started).toBeLessThan(1_500);
    }
  });
});
