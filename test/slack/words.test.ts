/** What people type after the command, and what it is taken for. */
import { describe, expect, it } from 'vitest';
import { askedBy, meant } from '../../src/slack/listeners/words.ts';
import type { Asked } from '../../src/slack/listeners/words.ts';
import { asTyped } from '../../src/slack/views/text.ts';

const twelve = { number: 12, marked: false };

describe('the words', () => {
  it.each<[string, Asked]>([
    ['', { is: 'form', title: '', severity: 'high' }],
    ['declare', { is: 'form', title: '', severity: 'high' }],
    ['declare critical', { is: 'form', title: '', severity: 'critical' }],
    ['declare db is down', { is: 'declare', title: 'db is down', severity: 'high' }],
    ['Declare WARNING disk is nearly full', { is: 'declare', title: 'disk is nearly full', severity: 'warning' }],
    ['declare criticality of db', { is: 'declare', title: 'criticality of db', severity: 'high' }],
    ['  list  ', { is: 'list' }],
    ['status', { is: 'status', incident: null }],
    ['ack 12', { is: 'ack', incident: twelve }],
    ['commander #12', { is: 'commander', incident: { number: 12, marked: true } }],
    ['resolve', { is: 'resolve', incident: null, reason: '' }],
    ['resolve 12', { is: 'resolve', incident: twelve, reason: '' }],
    ['resolve 12  rolled back\nby hand', { is: 'resolve', incident: twelve, reason: 'rolled back\nby hand' }],
    ['resolve rolled back', { is: 'resolve', incident: null, reason: 'rolled back' }],
    ['runbook', { is: 'runbook', incident: null }],
    ['runbook 12', { is: 'runbook', incident: twelve }],
    ['runbook list', { is: 'library' }],
    ['runbook choose', { is: 'library' }],
    ['runbook choose db-full', { is: 'choose', runbook: 'db-full', incident: null, reason: '' }],
    ['runbook choose db-full 12 it is', { is: 'choose', runbook: 'db-full', incident: twelve, reason: 'it is' }],
    ['runbook choose db-full it is', { is: 'choose', runbook: 'db-full', incident: null, reason: 'it is' }],
    ['runbook start weekly', { is: 'start', runbook: 'weekly', service: null }],
    ['runbook start weekly checkout', { is: 'start', runbook: 'weekly', service: 'checkout' }],
    ['runbook db-full', { is: 'help', unknown: 'runbook db-full' }],
    ['step done', { is: 'step', does: 'done', incident: null, text: '' }],
    ['step SKIP 3 pods are fine', { is: 'step', does: 'skip', incident: null, text: '3 pods are fine' }],
    ['step run #12', { is: 'step', does: 'run', incident: { number: 12, marked: true }, text: '' }],
    ['step', { is: 'help', unknown: 'step' }],
    ['step finish', { is: 'help', unknown: 'step finish' }],
    ['help', { is: 'help', unknown: null }],
    ['ack now', { is: 'help', unknown: 'ack now' }],
    ['reslove 12', { is: 'help', unknown: 'reslove' }],
  ])('"%s" are understood', (text, asked) => {
    expect(askedBy(text)).toEqual(asked);
  });
});

it.each([
  ['reslove', 'resolve'],
  ['STAUTS', 'status'],
  ['akc', 'ack'],
  ['lst', 'list'],
  ['runbok', 'runbook'],
  ['restart', null],
  ['x'.repeat(10_000), null],
])('"%s" is taken for %s', (word, known) => {
  expect(meant(word)).toBe(known);
});

it('text is read as it was typed, escaped by Slack or not', () => {
  expect(asTyped('R&amp;D &lt;db&gt; says <@U0ANA|ana> in <#C0GENERAL|general>')).toBe(
    'R&D <db> says @ana in #general',
  );
  expect(asTyped('see <https://example.com/a> &amp;lt;')).toBe('see https://example.com/a &lt;');
});
