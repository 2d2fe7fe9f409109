/** What a configuration that is in order becomes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { shippedAccess, shippedService } from '../../src/access/rules.ts';
import { checkConfig, loadConfig } from '../../src/config/config.ts';
import { notYet } from '../../src/config/later.ts';
import { fileSchema } from '../../src/config/schema.ts';
import { faultsOf, load, minimal, secrets, withFile } from './written.ts';

const root = join(import.meta.dirname, '../..');
const example = join(root, 'vigie.example.yaml');

describe('the example', () => {
  const text = readFileSync(example, 'utf8');

  it('loads with the environment that it names', () => {
    expect(checkConfig({ env: secrets, path: example })).toEqual([]);
    const { rules, sources } = loadConfig({ env: secrets, path: example });
    expect(Object.keys(sources)).toEqual(['main']);
    expect(rules.services[0]?.match.map(({ label, test }) => [label, test('checkout'), test('shop-eu')])).toEqual([
      ['service', true, false],
      ['namespace', false, true],
    ]);
  });

  it('shows every key and its default', () => {
    const shown = z.looseObject({}).parse(z.toJSONSchema(fileSchema({}), { io: 'input' }));
    const keys = keysOf(shown);
    expect(keys.size).toBeGreaterThan(35);
    expect([...keys].filter((key) => !new RegExp(`\\b${key}:`).test(text))).toEqual([]);
    const {
      timezone: _,
      rules,
      slack: __,
      sources: ___,
      path: ____,
      ...rest
    } = loadConfig({ env: secrets, path: example });
    const plain = load(minimal);
    expect(rest).toEqual({ ...rest, http: plain.http, retention: plain.retention });
    expect(rules.severities).toEqual(plain.rules.severities);
    expect(rules.incidents).toEqual(plain.rules.incidents);
    expect(rules.storm).toEqual(plain.rules.storm);
    expect(rules.policies['default']).toEqual({ ...plain.rules.policies['default'], timezone: 'Europe/Paris' });
    expect(rules.access.permissions).toEqual(plain.rules.access.permissions);
    expect(rules.access.approvals).toEqual(plain.rules.access.approvals);
    expect(rules.services[0]).toMatchObject({ ...shippedService, target: rules.services[0]?.target });
  });

  it('and the documentation name every key and every variable', () => {
    const page = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
    const keys = keysOf(z.toJSONSchema(fileSchema({}), { io: 'input' }));
    const words = [...keys, 'VIGIE_CONFIG', 'VIGIE_DATA', 'VIGIE_EMBEDDED', 'DATABASE_URL', 'REDIS_URL', 'LOG_LEVEL'];
    const missing = [...words, 'SLACK_API_URL', ...Object.keys(secrets).slice(0, 3)].filter(
      (word) => !page.includes(word),
    );
    expect(missing).toEqual([]);
  });

  it('has no key that only a later version knows', () => {
    expect(notYet.filter((key) => text.includes(`${key.split('.').at(-1)}:`))).toEqual([]);
  });
});

describe('the smallest file', () => {
  it('gets every default', () => {
    const config = load(minimal);
    const minute = 60_000;
    expect(config).toMatchObject({
      timezone: 'UTC',
      http: { public: { host: '0.0.0.0', port: 3000 }, private: { host: '0.0.0.0', port: 3001 } },
      slack: { mode: 'http', api: 'https://slack.com/api/', announce: 'C0INCIDENTS', people: {} },
      store: { kind: 'pglite' },
      queue: { kind: 'embedded' },
      logLevel: 'info',
      retention: { audit: 2555 * 24 * 60 * minute, outbox: 7 * 24 * 60 * minute },
    });
    expect(config.rules).toEqual({
      hash: createHash('sha256').update(minimal).digest('hex'),
      severities: {
        from: ['severity', 'priority'],
        map: {
          none: 'ignore',
          info: 'info',
          warning: 'warning',
          error: 'high',
          critical: 'critical',
          page: 'critical',
        },
        default: 'warning',
      },
      incidents: {
        reopenWithin: 30 * minute,
        recoverHold: 5 * minute,
        flapping: { transitions: 4, within: 30 * minute, hold: 20 * minute },
      },
      storm: { groups: 20, within: minute },
      services: [],
      access: shippedAccess,
      runbooks: [],
      able: { act: false, diagnose: false, page: false, automate: false, prioritise: {}, silence: [] },
      routes: [{ match: [], policy: 'default' }],
      policies: {
        default: {
          name: 'default',
          levels: [],
          repeat: null,
          ack: { lease: 30 * minute, remindBefore: 5 * minute, onExpiry: 'resume' },
          ...{ quiet: [], timezone: 'UTC', confirm: null, fallback: [] },
        },
      },
      calendarOf: expect.any(Function),
    });
  });

  it('is frozen to its depth', () => {
    const config = load(`${minimal}services: {checkout: {match: ['a="b"']}}\n`);
    const thawed: unknown[] = [];
    const look = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) thawed.push(value);
      Object.values(value).forEach(look);
    };
    look(config);
    expect(thawed).toEqual([]);
  });
});

it('names from outside never meet what all JavaScript objects have', () => {
  const { rules, sources, slack } = load(minimal);
  expect([rules.severities.map, rules.policies, sources, slack.people].map((all) => all['constructor'])).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

it('labels stay the texts they are, even where YAML sees a number, and the order of services is kept', () => {
  const { rules } = load(`${minimal}severities: {map: {1.0: critical, true: high, null: ignore}}
services: {zulu: {match: [a=b]}, alpha: {match: [a=b]}}
`);
  expect(rules.severities.map).toEqual({ '1.0': 'critical', true: 'high', null: 'ignore' });
  expect(rules.services.map(({ name }) => name)).toEqual(['zulu', 'alpha']);
});

describe('what runbooks may ask', () => {
  it('is nothing unless something is configured', () => {
    expect(load(minimal).checks).toEqual({ prometheus: null, hosts: [] });
  });

  it('is Prometheus, the hosts that are named, and those of the health addresses, each once', () => {
    const { checks } = load(`${minimal}prometheus: {url: 'https://metrics.example/prometheus/'}
checks: {hosts: [Shop.Example, '10.0.0.7:8080', '::1', '[::1]:8080', 'localhost:80']}
services:
  one: {match: [a=b], health_url: 'https://shop.example/health'}
  two: {match: [a=b], health_url: 'http://two.shop:8080/health?full=1'}
`);
    expect(checks).toEqual({
      prometheus: { url: 'https://metrics.example/prometheus' },
      hosts: ['shop.example', '10.0.0.7:8080', '[::1]', '[::1]:8080', 'localhost:80', 'two.shop:8080'],
    });
  });
});

it('a service gives runbooks the facts that are configured, and no others', () => {
  const { rules } = load(`${minimal}services:
  bare: {match: [a=b]}
  checkout:
    match: [a=b]
    environment: production
    target: {cluster: eu-1, namespace: shop, kind: StatefulSet, name: checkout}
    health_url: https://checkout.shop.example/health
clusters: {eu-1: {in_cluster: true}}
roles: {admin: {groups: [S0SRE]}}
`);
  expect(rules.services.map(({ facts }) => ({ ...facts }))).toEqual([
    { name: 'bare' },
    {
      name: 'checkout',
      environment: 'production',
      target: 'eu-1/shop/StatefulSet/checkout',
      health_url: 'https://checkout.shop.example/health',
    },
  ]);
});

it('addresses of people are found whatever their case', () => {
  const { slack } = load(minimal.replace('{announce', '{people: {Ana@Example.com: U0ANA}, announce'));
  expect(slack.people).toEqual({ 'ana@example.com': 'U0ANA' });
});

it('both listeners may leave the choice of a port to the system', () => {
  expect(load(`${minimal}http: {public: {port: 0}, private: {port: 0}}\n`).http.private.port).toBe(0);
});

it('socket mode needs the app token and no signing secret', () => {
  const file = minimal.replace('{announce', '{mode: socket, announce');
  const { SLACK_SIGNING_SECRET: _, ...rest } = secrets;
  const { slack } = load(file, rest);
  expect(slack.mode === 'socket' ? slack.appToken.reveal() : null).toBe('xapp-revealed-app');
  expect(faultsOf(file, { ...rest, SLACK_APP_TOKEN: '' })).toEqual([
    'vigie.yaml:2:1: slack.app_token: mode `socket` needs it, but `env:SLACK_APP_TOKEN` is empty; ' +
      'give the environment variable SLACK_APP_TOKEN a value',
  ]);
});

describe('a file', () => {
  it('that does not exist is one clear fault', () => {
    expect(checkConfig({ env: { VIGIE_CONFIG: '/not/there.yaml' } })).toEqual([
      {
        file: '/not/there.yaml',
        line: 0,
        column: 0,
        path: '',
        problem: 'there is no such file',
        remedy: 'copy vigie.example.yaml to it, or set VIGIE_CONFIG',
      },
    ]);
  });

  it('is found through VIGIE_CONFIG unless a path is given', () => {
    withFile(minimal, (path) => {
      expect(loadConfig({ env: { ...secrets, VIGIE_CONFIG: path } }).path).toBe(path);
      expect(loadConfig({ env: { ...secrets, VIGIE_CONFIG: '/not/there' }, path }).path).toBe(path);
    });
  });

  it('that is a folder or no text is refused', () => {
    expect(checkConfig({ env: {}, path: '/' })[0]?.problem).toBe("the file can't be read (EISDIR)");
    expect(faultsOf(Uint8Array.of(0x61, 0xff))).toEqual(['vigie.yaml: the file is not UTF-8 text; save it as UTF-8']);
  });

  it('may begin with a byte order mark and end its lines as Windows does', () => {
    expect(faultsOf(`\uFEFF${minimal.replaceAll('\n', '\r\n')}`)).toEqual([]);
  });
});

/** Every key that a JSON Schema names, at any depth. */
function keysOf(schema: unknown): ReadonlySet<string> {
  const node = z
    .looseObject({ properties: z.record(z.string(), z.unknown()).default({}) })
    .catch({ properties: {} })
    .parse(schema);
  const inner = [...Object.values(node.properties), node['additionalProperties'], node['items']];
  return new Set([...Object.keys(node.properties), ...inner.filter(Boolean).flatMap((child) => [...keysOf(child)])]);
}
