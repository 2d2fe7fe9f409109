/** `vigie policy try`: what recorded bodies would do under the example configuration, as golden transcripts. */
import { Command } from 'commander';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { policyCommand, tryPolicies } from '../../src/commands/policy-try.ts';
import { captureOf } from '../alertmanager/captures.ts';
import { load, minimal, secrets, withFile } from '../config/written.ts';

const root = join(import.meta.dirname, '../..');
const config = loadConfig({
  env: { ...secrets, VIGIE_RUNBOOKS: join(root, 'runbooks') },
  path: join(root, 'vigie.example.yaml'),
});

const tried = (name: string, at: string, by = config): string =>
  tryPolicies(by, name, readFileSync(captureOf(name).file, 'utf8'), Date.parse(at));

describe('trying a body', () => {
  it('that is critical prints the route, the policy, and who is called when', async () => {
    await expect(tried('single-firing', '2026-11-21T01:19Z')).toMatchFileSnapshot('golden/critical.txt');
  });

  it('whose severity rises prints both policies', async () => {
    await expect(tried('checkout-evening', '2026-11-21T01:19Z')).toMatchFileSnapshot('golden/rising.txt');
  });

  it('that is high shows how quiet times delay it, over a change of clocks', async () => {
    const text = readFileSync(join(root, 'vigie.example.yaml'), 'utf8')
      .replace('page: critical}', 'page: critical, warning: high}')
      .replace('warning: warning, ', '');
    const all = withFile(text, (path) => loadConfig({ env: secrets, path }));
    await expect(tried('two-groups', '2026-10-23T21:50Z', all)).toMatchFileSnapshot('golden/quiet.txt');
  });

  it('that only warns leaves PagerDuty out', async () => {
    const yaml = `pagerduty: {default: {routing_key: env:PD_KEY}}
policies: {default: {levels: [{id: L1, at: 0m, do: [{pagerduty: {}}, {slack: {mention: group}}]}]}}
`;
    await expect(tried('all-resolved', '2026-11-21T01:19Z', load(minimal + yaml))).toMatchFileSnapshot(
      'golden/warning.txt',
    );
  });

  it('that opens nothing says so', () => {
    expect(tried('auth-bearer', '2026-11-21T01:19Z')).toBe(
      'Nothing in auth-bearer opens an incident: no alert fires with a severity above info.\n',
    );
  });

  it('shows hostile labels, and never obeys them', () => {
    const request = captureOf('single-firing').webhooks[0];
    const body = request?.body.replaceAll('HighErrorRate', String.raw`\u001b[2J`) ?? '';
    expect(tryPolicies(config, 'body', body, 0).split('\n')[0]).toBe('\uFFFD[2J · checkout');
  });

  it('that is none is refused', () => {
    expect(() => tryPolicies(config, 'x.json', '{"alerts": 1}', 0)).toThrow('reading x.json: it is neither');
  });
});

it('the command reads the file, the time and the configuration that it is given', () => {
  const printed: string[] = [];
  const program = new Command().option('-c, --config <file>').exitOverride();
  policyCommand(program, { env: secrets, print: (text) => printed.push(text) });
  const { file } = captureOf('single-firing');
  withFile(minimal, (path) =>
    program.parse(['-c', path, 'policy', 'try', file, '--at', '2026-11-21T01:19Z'], { from: 'user' }),
  );
  expect(printed.join('').split('\n').slice(0, 3)).toEqual([
    'HighErrorRate · checkout',
    '  arrives     Sat 2026-11-21 01:19 (UTC)',
    '  severity    critical',
  ]);
  expect(() => program.parse(['policy', 'try', file, '--at', 'now'], { from: 'user' })).toThrow('"now" is not a time');
});
