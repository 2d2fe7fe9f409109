/** Credentials: bearer tokens and users of a source, rotated, wrong, and unreadable. */
import { describe, expect, it } from 'vitest';
import { openAuthorize } from '../../src/alertmanager/authorize.ts';
import { captureOf } from './captures.ts';

const secret = (value: string) => ({ reveal: () => value });
const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

const authorize = openAuthorize(
  {
    tokens: { bearer: [secret('new-token'), secret('old-token')], basic: [] },
    users: {
      bearer: [],
      basic: [
        { user: 'alertmanager', password: secret('a:b ü') },
        { user: 'second', password: secret('s') },
      ],
    },
    both: { bearer: [secret('t')], basic: [{ user: 'u', password: secret('p') }] },
    none: { bearer: [], basic: [] },
  },
  () => 0,
);

describe('a source', () => {
  it('accepts each of its bearer tokens, whatever the case of the scheme', () => {
    for (const header of ['Bearer new-token', 'Bearer old-token', 'bearer new-token', 'BEARER  new-token ']) {
      expect(authorize('tokens', header)).toBe('ok');
    }
  });

  it('accepts each of its users, with colons and umlauts in the password', () => {
    expect(authorize('users', basic('alertmanager', 'a:b ü'))).toBe('ok');
    expect(authorize('users', basic('second', 's'))).toBe('ok');
  });

  it('accepts tokens and users side by side, but never one for the other', () => {
    expect(authorize('both', 'Bearer t')).toBe('ok');
    expect(authorize('both', basic('u', 'p'))).toBe('ok');
    expect(authorize('both', 'Bearer u:p')).toBe('denied');
    expect(authorize('both', basic('t', ''))).toBe('denied');
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer new-toke',
    'Bearer new-tokenx',
    'Bearer new-token,old-token',
    'Token new-token',
    'new-token',
    'Basic !!!',
    basic('alertmanager', 'new-token'),
  ])('denies %j', (header) => {
    expect(authorize('tokens', header)).toBe('denied');
  });

  it('denies the credentials of another source, and everything when it has none', () => {
    expect(authorize('users', 'Bearer new-token')).toBe('denied');
    expect(authorize('none', 'Bearer ')).toBe('denied');
    expect(authorize('none', basic('', ''))).toBe('denied');
  });

  it('is unknown when the configuration has none of that name, not even JavaScript’s own', () => {
    for (const name of ['', 'other', 'constructor', '__proto__']) expect(authorize(name, 'Bearer t')).toBe('unknown');
  });

  it('accepts what Alertmanager was recorded to send', () => {
    const header = (name: string): string =>
      captureOf(name).webhooks[0]?.headers.find(([key]) => key === 'Authorization')?.[1] ?? '';
    const [user = '', password = ''] = Buffer.from(header('auth-basic').replace('Basic ', ''), 'base64')
      .toString()
      .split(':');
    const recorded = openAuthorize(
      {
        main: {
          bearer: [secret(header('auth-bearer').replace('Bearer ', ''))],
          basic: [{ user, password: secret(password) }],
        },
      },
      () => 0,
    );
    expect(recorded('main', header('auth-basic'))).toBe('ok');
    expect(recorded('main', header('auth-bearer'))).toBe('ok');
    expect(recorded('main', header('auth-custom-scheme'))).toBe('denied');
  });
});

describe('a rotated secret', () => {
  it('is noticed within a second, and read once a second at most', () => {
    let now = 0;
    let value = 'first';
    let reads = 0;
    const rotating = { reveal: () => ((reads += 1), value) };
    const rotated = openAuthorize({ main: { bearer: [rotating], basic: [] } }, () => now);
    for (let n = 0; n < 100; n += 1) expect(rotated('main', 'Bearer first')).toBe('ok');
    expect(reads).toBe(1);
    value = 'second';
    now = 1_000;
    expect(rotated('main', 'Bearer first')).toBe('denied');
    expect(rotated('main', 'Bearer second')).toBe('ok');
    expect(reads).toBe(2);
  });

  it('that can’t be read is a fault only for who would have needed it', () => {
    const lost = {
      reveal: () => {
        throw new Error('the file is gone');
      },
    };
    const half = openAuthorize({ main: { bearer: [lost, secret('good')], basic: [] } }, () => 0);
    expect(half('main', 'Bearer good')).toBe('ok');
    expect(half('main', undefined)).toBe('denied');
    expect(() => half('main', 'Bearer other')).toThrow('reading the credentials of source main');
  });
});
