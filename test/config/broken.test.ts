/** Every broken configuration in broken.md yields exactly the report that stands below it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultsOf, minimal, refusalOf } from './written.ts';

const section =
  /^## (?<name>.+?)(?<whole> \(whole file\))?\n\n```yaml\n(?<body>[^]*?)```\n\n```text\n(?<report>[^]*?)\n```$/gm;
const corpus = readFileSync(join(import.meta.dirname, 'broken.md'), 'utf8');

const cases = [...corpus.matchAll(section)].map(({ groups = {} }) => {
  const { name = '', whole, body = '', report = '' } = groups;
  return { name, content: whole === undefined ? minimal + body : body, report: report.split('\n') };
});

describe('a configuration with', () => {
  it('any of the faults of broken.md is covered here', () => {
    expect(cases).toHaveLength(corpus.match(/^## /gm)?.length ?? 0);
    expect(cases.length).toBeGreaterThan(60);
  });

  it.each(cases)('$name', ({ content, report }) => {
    expect(faultsOf(content)).toEqual(report);
  });
});

it('all faults make one error, whose message is the report', () => {
  const refusal = refusalOf(`${minimal}timezone: x\nincidents: {silent_after: 26h}\n`);
  expect(refusal.message.split('\n')[0]).toBe('the configuration has 2 faults:');
  expect(refusal.message.split('\n')).toHaveLength(3);
  expect(refusal.faults[1]).toEqual({
    file: refusal.faults[0]?.file,
    line: 5,
    column: 13,
    path: 'incidents.silent_after',
    problem: '`silent_after` is not supported by this version of Vigie',
    remedy: 'remove it',
  });
});
