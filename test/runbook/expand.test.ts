/** References in texts, and what a hostile label can not do with them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expand, expandAsk, expandPlace, expandQuery } from '../../src/runbook/expand.ts';
import type { Scope } from '../../src/runbook/expand.ts';

const scope = (labels: Record<string, string>): Scope => ({
  labels,
  annotations: { summary: 'queues grow' },
  service: { name: 'checkout', health_url: 'https://checkout.example/health' },
  incident: { number: '12', title: 'Down', severity: 'critical' },
});

describe('a reference', () => {
  test('is replaced by its value', () => {
    const text = '{{incident.number}}: {{ annotations.summary }} on {{labels.node}}, see {{service.health_url}}';
    expect(expand(text, scope({ node: 'n1' }))).toBe('12: queues grow on n1, see https://checkout.example/health');
  });

  test('without a value says so to people, and asks nothing of neighbours', () => {
    expect(expand('on {{labels.node}}', scope({}))).toBe('on (no labels.node)');
    expect(expandQuery('up{node="{{labels.node}}"}', scope({}))).toEqual({ missing: ['labels.node'] });
  });

  test('is not looked for in what a value contains', () => {
    const hostile = scope({ node: '{{service.health_url}}' });
    expect(expand('{{labels.node}}', hostile)).toBe('{{service.health_url}}');
    expect(expandQuery('up{node="{{labels.node}}"}', hostile)).toEqual({ text: 'up{node="{{service.health_url}}"}' });
  });

  test('finds no property that every object has', () => {
    expect(expand('{{labels.constructor}} {{service.__proto__}}', scope({}))).toBe(
      '(no labels.constructor) (no service.__proto__)',
    );
  });
});

describe('a hostile label', () => {
  test('never leaves its place in PromQL, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const expanded = expandQuery('up{node="{{labels.node}}"} > 0', scope({ node: value }));
        const text = 'text' in expanded ? expanded.text : '';
        // Go's rules for a double-quoted string: it ends at the first quote that no backslash precedes, and holds no line break.
        const found = /^up\{node="((?:[^"\\\n]|\\.)*)"\} > 0$/su.exec(text);
        expect(found).not.toBeNull();
        const read = found?.[1]?.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c === 'r' ? '\r' : c));
        expect(read).toBe(value);
      }),
    );
  });

  test('never becomes a place: addresses and targets take what the configuration says, and nothing else', () => {
    for (const text of [
      '{{labels.host}}',
      'https://{{labels.host}}/',
      '{{annotations.summary}}',
      '{{incident.title}}',
    ]) {
      expect(expandPlace(text, scope({ host: 'evil.example' }))).toHaveProperty('missing');
    }
    const ask = { type: 'kubernetes', diagnose: '{{labels.target}}' } as const;
    expect(expandAsk(ask, scope({ target: 'eu-1/kube-system/Deployment/dns' }))).toEqual({
      missing: ['labels.target'],
    });
  });
});
