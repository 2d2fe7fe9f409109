/** The schema that editors use is the one that Vigie uses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readLibrary } from '../../../src/config/runbooks/library.ts';
import { schemaText } from '../../../src/config/runbooks/published.ts';
import { conforms } from './json-schema.ts';

const root = join(import.meta.dirname, '../../..');

const published = JSON.parse(schemaText()) as Parameters<typeof conforms>[0];
const accepts = (text: string): boolean => conforms(published, parse(text));
const withStep = (step: string): string => `id: a\ntitle: A\nsteps: [{id: a, title: A, ${step}}]\n`;

describe('runbooks/runbook.schema.json', () => {
  it('is fresh: `npm run vigie -- runbook schema --write runbooks/runbook.schema.json` writes it', () => {
    expect(readFileSync(join(root, 'runbooks/runbook.schema.json'), 'utf8')).toBe(schemaText());
  });

  it('accepts every runbook that ships with Vigie', () => {
    const { runbooks, faults } = readLibrary(join(root, 'runbooks'));
    expect(faults).toEqual([]);
    const refused = runbooks.filter(({ id }) => !accepts(readFileSync(join(root, `runbooks/${id}.yaml`), 'utf8')));
    expect(refused.map(({ id }) => id)).toEqual([]);
  });

  it.each([
    ['wait: 5m', true],
    ['wait: 5 minutes', false],
    ['wiat: 5m', false],
    ['wait: 5m, instruction: Wait', false],
    ['auto: true', false],
    ["check: {http: {url: 'https://a.example', expect: 200}}", true],
    ["check: {http: {url: 'https://a.example', expect: [200, 204]}}", true],
    ["check: {http: {url: 'https://a.example', expect: '200'}}", false],
    ["check: {http: {url: 'https://a.example'}, promql: {query: up, expect: '> 0'}}", false],
    ["check: {kubernetes: {diagnose: '{{labels.pod}}'}}", false],
    ["action: {rollback: {target: '{{service.target}}', to: 3}}", true],
    ["action: {rollback: {target: '{{service.target}}', to: last}}", false],
    ["action: {scale: {target: '{{service.target}}'}}", false],
  ])('of a step with %s says %s', (step, accepted) => {
    expect(accepts(withStep(step))).toBe(accepted);
  });

  it('describes every key', () => {
    const bare: string[] = [];
    JSON.parse(schemaText(), (key, value: unknown) => {
      if (key !== 'properties' || typeof value !== 'object' || value === null) return value;
      for (const [name, inner] of Object.entries(value)) {
        if (typeof inner === 'object' && inner !== null && !('description' in inner)) bare.push(name);
      }
      return value;
    });
    expect(bare).toEqual([]);
  });
});
