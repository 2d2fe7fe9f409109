/** A correct runbook becomes exactly what incidents freeze. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readRunbook } from '../../../src/config/runbooks/library.ts';
import type { Runbook } from '../../../src/runbook/runbook.ts';

/** The runbook of a text that has no faults. */
function read(id: string, text: string): Runbook {
  const { runbook, faults } = readRunbook(`runbooks/${id}.yaml`, text);
  expect(faults).toEqual([]);
  if (runbook === null) throw new Error('it was refused without a fault');
  return runbook;
}

const full = readFileSync(join(import.meta.dirname, '../../fixtures/runbooks/everything.yaml'), 'utf8');

const plain = {
  match: [],
  after: {},
  next: null,
  onFailure: 'stop',
  auto: false,
  approvals: null,
  verify: null,
  assign: null,
  remind: null,
};
const target = '{{service.target}}';

it('every key of the format is read', () => {
  const { match, steps, ...rest } = read('everything', full);
  expect(rest).toEqual({
    id: 'everything',
    title: 'Everything at once',
    about: 'Uses every key of the format.',
    services: ['checkout', 'cart'],
    kind: 'incident',
    schedule: null,
    hash: createHash('sha256').update(full).digest('hex'),
  });
  expect(match.map(({ label, sign, text }) => [label, sign, text])).toEqual([
    ['alertname', '=~', 'alertname=~"Down|Slow"'],
    ['severity', '!=', 'severity!="info"'],
  ]);
  const pods = steps.find(({ id }) => id === 'pods');
  expect(pods?.match.map(({ test }) => [test('shop'), test('')])).toEqual([[true, false]]);
  expect(steps.map((step) => ({ ...step, match: [] }))).toEqual([
    {
      ...plain,
      id: 'health',
      title: 'Does {{service.name}} answer?',
      auto: true,
      next: { to: 'step', id: 'errors' },
      onFailure: { step: 'pods' },
      does: {
        kind: 'check',
        check: {
          ask: {
            type: 'http',
            url: '{{service.health_url}}/deep',
            method: 'HEAD',
            expect: [200, 204],
            contains: 'ok',
            timeout: 5_000,
          },
          attempts: 3,
          every: 10_000,
        },
      },
    },
    {
      ...plain,
      id: 'errors',
      title: 'Errors of {{ labels.job }}',
      onFailure: 'next',
      does: {
        kind: 'check',
        check: {
          ask: {
            type: 'promql',
            query: 'rate(errors_total{job="{{labels.job}}", code!="{{ labels.code }}"}[5m]) # a rate',
            range: { over: 600_000, step: 30_000 },
            expect: { sign: '<=', value: 0.01 },
            noData: 'pass',
            timeout: 10_000,
          },
          attempts: 1,
          every: 10_000,
        },
      },
    },
    {
      ...plain,
      id: 'pods',
      title: 'Pods',
      after: { health: 'failed' },
      onFailure: 'escalate',
      does: { kind: 'check', check: { ask: { type: 'kubernetes', diagnose: target }, attempts: 1, every: 10_000 } },
    },
    {
      ...plain,
      id: 'which',
      title: 'Which way?',
      does: {
        kind: 'decision',
        question: 'What does {{annotations.summary}} look like to you?',
        options: [
          { label: 'Restart', next: { to: 'step', id: 'restart' } },
          { label: 'Nothing', next: { to: 'end' } },
          { label: 'More', next: { to: 'step', id: 'scale' } },
        ],
      },
    },
    {
      ...plain,
      id: 'restart',
      title: 'Restart',
      does: { kind: 'action', action: { type: 'restart', target } },
      approvals: 0,
      next: { to: 'end' },
      onFailure: { step: 'rollback' },
      verify: {
        rollout: 300_000,
        alertClears: 300_000,
        check: {
          ask: {
            type: 'http',
            url: 'https://{{service.name}}.example/',
            method: 'GET',
            expect: [200],
            contains: null,
            timeout: 10_000,
          },
          attempts: 1,
          every: 10_000,
        },
      },
    },
    {
      ...plain,
      id: 'scale',
      title: 'Scale',
      does: { kind: 'action', action: { type: 'scale', target: '{{ service.target }}', to: 6 } },
      onFailure: 'next',
      verify: {
        rollout: null,
        alertClears: null,
        check: {
          ask: {
            type: 'promql',
            query: 'up',
            range: { over: 300_000, step: 15_000 },
            expect: { sign: '==', value: 1 },
            noData: 'fail',
            timeout: 30_000,
          },
          attempts: 2,
          every: 60_000,
        },
      },
    },
    { ...plain, id: 'pause', title: 'Pause', does: { kind: 'action', action: { type: 'pause', target } } },
    { ...plain, id: 'resume', title: 'Resume', does: { kind: 'action', action: { type: 'resume', target } } },
    {
      ...plain,
      id: 'rollback',
      title: 'Roll back',
      does: { kind: 'action', action: { type: 'rollback', target, to: 'previous' } },
      next: { to: 'step', id: 'tell' },
      onFailure: { step: 'older' },
    },
    {
      ...plain,
      id: 'older',
      title: 'Older',
      does: { kind: 'action', action: { type: 'rollback', target, to: 17 } },
      onFailure: 'escalate',
    },
    {
      ...plain,
      id: 'tell',
      title: 'Tell',
      does: { kind: 'instruction', text: 'Tell people about {{incident.title}}.\nUse **bold**.\n' },
      assign: 'S0SRE',
      remind: 600_000,
      verify: { rollout: null, alertClears: 3_600_000, check: null },
    },
    { ...plain, id: 'rest', title: 'Rest', does: { kind: 'wait', duration: 300_000 } },
    {
      ...plain,
      id: 'page',
      title: 'Page',
      does: { kind: 'escalate', level: 'L3', note: 'Nothing helped {{service.name}}' },
    },
    { ...plain, id: 'next-page', title: 'Page on', does: { kind: 'escalate', level: 'next', note: '' } },
    { ...plain, id: 'on', title: 'On', does: { kind: 'runbook', runbook: 'emergency-rollback' } },
  ]);
});

it('what is not written has its default', () => {
  const text = 'id: small\ntitle: Small\nsteps: [{id: look, title: Look, instruction: Look}]\n';
  expect(read('small', text)).toMatchObject({
    about: '',
    match: [],
    services: [],
    kind: 'incident',
    schedule: null,
    steps: [{ ...plain, does: { kind: 'instruction', text: 'Look' } }],
  });
});
