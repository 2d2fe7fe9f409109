/** Secrets stay where they are kept: no message, log or dump ever shows one. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { readReference } from '../../src/config/secret.ts';
import { faultsOf, load, refusalOf, secrets, withFile } from './written.ts';

const example = readFileSync(join(import.meta.dirname, '../../vigie.example.yaml'), 'utf8');
const servers = {
  ...secrets,
  DATABASE_URL: 'postgres://vigie:revealed-pg@db:5432/vigie',
  REDIS_URL: 'rediss+sentinel://vigie:revealed%20redis@a,b/main',
};

describe('a configuration', () => {
  const config = load(example, servers);

  it('shows references instead of secrets, however it is dumped', () => {
    const dumps = [JSON.stringify(config), inspect(config, { depth: 20, showHidden: true }), inspect(config.slack)];
    for (const dump of dumps) {
      expect(dump).toContain('env:SLACK_BOT_TOKEN');
      expect(dump).not.toContain('revealed');
    }
    expect(dumps[0]).toContain('env:DATABASE_URL');
    expect([String(config.slack.botToken), inspect(config.slack.botToken)]).toEqual([
      'env:SLACK_BOT_TOKEN',
      'env:SLACK_BOT_TOKEN',
    ]);
  });

  it('reveals them where they are used', () => {
    expect(config.slack.botToken.reveal()).toBe('xoxb-revealed-bot');
    expect(config.sources['main']?.bearer.map((secret) => secret.reveal())).toEqual([
      'revealed-bearer',
      'revealed-old-bearer',
    ]);
    expect(config.sources['main']?.basic[0]?.password.reveal()).toBe('revealed-password');
    expect(config.store.kind === 'postgres' ? [config.store.url.reveal(), config.store.address] : null).toEqual([
      servers.DATABASE_URL,
      'db:5432/vigie',
    ]);
    expect(config.queue.kind === 'redis' ? config.queue.redis.password?.reveal() : null).toBe('revealed redis');
  });
});

describe('a secret written into the wrong place', () => {
  const token = 'xoxb-revealed-0123456789-abcdefghijklmnopqrstuvwxyz';

  /** Every text of the example replaced in turn, values and keys; of the items of a list that are alike, the first. */
  function* misplaced(): Generator<string> {
    const document = parseDocument(example);
    for (const text of texts(document).values()) {
      const { value } = text;
      text.value = token;
      yield document.toString();
      text.value = value;
    }
  }

  it('is not repeated by the faults it causes', () => {
    const reports = [...misplaced()].map((file) => faultsOf(file).join('\n'));
    expect(reports.length).toBeGreaterThan(90);
    expect(reports.filter((report) => report !== '').length).toBeGreaterThan(80);
    expect(reports.filter((report) => report.includes('revealed'))).toEqual([]);
  });

  it.each([
    `slack: {bot_token: ${token}: x}`,
    `slack: {bot_token: *${token}}`,
    `slack: {bot_token: !${token} x}`,
    `slack: {bot_token: "\\q${token}"}`,
    `slack: {bot_token: |${token}\n}`,
    `slack: ${token}`,
    token,
    `slack: {bot_token: [${token}]}`,
    `slack: {bot_token: 'env:${token}'}`,
    `slack: {bot_token: {${token}: 1}}`,
    `%${token}`,
  ])('is not repeated even when the YAML is broken: %s', (file) => {
    expect(refusalOf(`version: 1\n${file}\n`).message).not.toContain('revealed');
  });

  it.each([
    ['DATABASE_URL', 'postgres://vigie:revealed#1@db/vigie'],
    ['DATABASE_URL', 'postgres://vigie:12#revealed@db/vigie'],
    ['DATABASE_URL', 'postgres://vigie:12/revealed@db/vigie'],
    ['DATABASE_URL', 'postgres:revealed'],
    ['DATABASE_URL', 'mysql://vigie:revealed@db/vigie'],
    ['REDIS_URL', 'redis://:12/revealed@cache'],
    ['REDIS_URL', 'redis://:revealed%zz@cache'],
    ['REDIS_URL', 'revealed'],
    ['SLACK_API_URL', 'https://x:revealed@slack.com/api/'],
  ])('%s=%s is refused without being repeated', (name, value) => {
    const faults = faultsOf(example, { ...secrets, [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^environment: ${name}: [^;]+; write `));
    expect(faults[0]).not.toContain('revealed');
  });
});

describe('a secret in a file', () => {
  it('is read at each use, without its last line break', () => {
    withFile('first\n', (path) => {
      const secret = readReference(`file:${path}`, {});
      expect(secret.reveal()).toBe('first');
      writeFileSync(path, 'second\r\n');
      expect(secret.reveal()).toBe('second');
      appendFileSync(path, '\n');
      expect(secret.reveal()).toBe('second\r\n');
      writeFileSync(path, ' \n');
      expect(() => secret.reveal()).toThrow(`\`file:${path}\` is empty; write the secret into the file`);
    });
  });
});

it('a password inside an address is read at each use', () => {
  const env: NodeJS.ProcessEnv = { ...secrets, REDIS_URL: 'redis://:first@cache' };
  const { queue } = load(example, env);
  env['REDIS_URL'] = 'redis://:second@cache';
  expect(queue.kind === 'redis' ? queue.redis.password?.reveal() : null).toBe('second');
});

it('a secret in the environment is read at each use', () => {
  const env: NodeJS.ProcessEnv = { TOKEN: 'first' };
  const secret = readReference('env:TOKEN', env);
  env['TOKEN'] = 'second';
  expect(secret.reveal()).toBe('second');
  delete env['TOKEN'];
  expect(() => secret.reveal()).toThrow('`env:TOKEN` is not set; set the environment variable TOKEN');
});

/** The scalars of a document, keys and values, by their place; all items of a list have one place. */
function texts(document: Document): ReadonlyMap<string, { value: unknown }> {
  const found = new Map<string, { value: unknown }>();
  const walk = (node: unknown, place: string): void => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : '';
        walk(key, `${place}.${name} key`);
        walk(value, `${place}.${name}`);
      }
    }
    if (isSeq(node)) for (const item of node.items) walk(item, `${place}[]`);
    if (isScalar(node) && !found.has(place)) found.set(place, node);
  };
  walk(document.contents, '');
  return found;
}
