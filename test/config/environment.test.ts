/** What the environment decides, and when production refuses to start. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { readRedis } from '../../src/config/redis.ts';
import { faultsOf, minimal, secrets } from './written.ts';

const redis = (address: string): unknown => JSON.parse(JSON.stringify(readRedis('env:REDIS_URL', () => address)));

describe('REDIS_URL', () => {
  const login = { tls: false, username: null, password: null };

  it.each([
    ['redis://cache', { ...login, topology: 'single', node: { host: 'cache', port: 6379 }, db: 0 }],
    ['redis://[::1]:7000/3', { ...login, topology: 'single', node: { host: '::1', port: 7000 }, db: 3 }],
    ['redis://cache/', { ...login, topology: 'single', node: { host: 'cache', port: 6379 }, db: 0 }],
    [
      'rediss://vigie:a%40b@cache:6380',
      {
        tls: true,
        username: 'vigie',
        password: 'env:REDIS_URL',
        topology: 'single',
        node: { host: 'cache', port: 6380 },
        db: 0,
      },
    ],
    [
      'redis+sentinel://:secret@s1:26379,s2/main/2',
      {
        tls: false,
        username: null,
        password: 'env:REDIS_URL',
        topology: 'sentinel',
        sentinels: [
          { host: 's1', port: 26_379 },
          { host: 's2', port: 26_379 },
        ],
        name: 'main',
        db: 2,
      },
    ],
    [
      'rediss+cluster://c1:7001,10.0.0.2',
      {
        ...login,
        tls: true,
        topology: 'cluster',
        nodes: [
          { host: 'c1', port: 7001 },
          { host: '10.0.0.2', port: 6379 },
        ],
      },
    ],
  ])('%s', (address, expected) => {
    expect(redis(address)).toEqual(expected);
  });

  it.each([
    ['redis://a,b', 'names several hosts'],
    ['redis://a/one', 'names a database that is not a number'],
    ['redis://a/1/2', 'has too many parts'],
    ['redis+sentinel://a,b', 'does not name the primary'],
    ['redis+sentinel://a,b/main/x', 'names a database that is not a number'],
    ['redis+cluster://a,b/1', 'names a database, which a cluster does not have'],
    ['redis://a:0', 'has a host that is not a name or an address'],
    ['redis://a:99999', 'has a host that is not a name or an address'],
    ['redis+cluster://a,,b', 'has a host that is not a name or an address'],
    ['redis://a?family=6', 'is not one of Redis'],
    ['http://a', 'is not one of Redis'],
    ['redis://', 'is not one of Redis'],
  ])('%s: the address %s', (address, problem) => {
    expect(() => redis(address)).toThrow(`the address ${problem}; write \`redis://host:6379/0\``);
  });
});

describe('the other variables', () => {
  const read = (env: NodeJS.ProcessEnv) => readEnvironment(env).environment;

  it('choose the embedded size when they are unset or empty', () => {
    const expected = {
      store: { kind: 'pglite', folder: resolve('.vigie') },
      queue: { kind: 'embedded' },
      logLevel: 'info',
      slackApi: 'https://slack.com/api/',
      pagerDutyApis: { events: null, api: null },
    };
    expect(read({})).toEqual(expected);
    expect(read({ DATABASE_URL: '', REDIS_URL: ' ', LOG_LEVEL: '', SLACK_API_URL: '', VIGIE_DATA: '' })).toEqual(
      expected,
    );
  });

  it('place the data, the log level and Slack', () => {
    expect(read({ VIGIE_DATA: '/data', LOG_LEVEL: 'debug', SLACK_API_URL: 'http://127.0.0.1:9000/api' })).toMatchObject(
      {
        store: { kind: 'pglite', folder: '/data' },
        logLevel: 'debug',
        slackApi: 'http://127.0.0.1:9000/api/',
      },
    );
  });

  it('are checked together with the file', () => {
    const env = { ...secrets, LOG_LEVEL: 'verbose', SLACK_API_URL: 'slack.com', VIGIE_EMBEDDED: 'yes' };
    expect(faultsOf(`${minimal}sorces: {}\n`, env)).toEqual([
      'vigie.yaml:4:1: sorces: unknown key `sorces`; did you mean `sources`?',
      'environment: LOG_LEVEL: `verbose` is not a level; ' +
        'write `silent`, `fatal`, `error`, `warn`, `info`, `debug` or `trace`',
      'environment: SLACK_API_URL: it is not the base address of an API; write it as `https://slack.com/api/`',
      'environment: VIGIE_EMBEDDED: `yes` is not a choice; write `refuse` or `allow`',
    ]);
  });
});

describe('production', () => {
  const production = { ...secrets, NODE_ENV: 'production' };
  const database = { DATABASE_URL: 'postgres://db/vigie' };
  const refusal = (name: string): string =>
    `environment: ${name}: it is not set, and NODE_ENV is production; ` +
    'set it, or set VIGIE_EMBEDDED=allow to run without on one machine';

  it('refuses the embedded size', () => {
    expect(faultsOf(minimal, production)).toEqual([refusal('DATABASE_URL'), refusal('REDIS_URL')]);
    expect(faultsOf(minimal, { ...production, ...database })).toEqual([refusal('REDIS_URL')]);
  });

  it('accepts it when it is allowed, and needs no permission with both servers', () => {
    expect(faultsOf(minimal, { ...production, VIGIE_EMBEDDED: 'allow' })).toEqual([]);
    expect(faultsOf(minimal, { ...production, ...database, REDIS_URL: 'redis://cache' })).toEqual([]);
  });
});
