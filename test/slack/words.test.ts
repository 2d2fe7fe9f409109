/** What people type after the command, and what it is taken for. */
import { describe, expect, it } from 'vitest';
import { askedBy, meant } from '../../src/slack/listeners/words.ts';
import type { Asked } from '../../src/slack/listeners/words.ts';
import { asTyped } from '../../src/slack/views/text.ts';

const twelve = { number: 12, marked: false };
const marked = { number: 12, marked: true };
const bounds = { verb: 'set-autoscaler-bounds' } as const;

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
    ['page', { is: 'help', unknown: 'page' }],
    ['page @ben', { is: 'page', incident: null, whom: '@ben', reason: '' }],
    ['page #12 database 3 pods', { is: 'page', incident: marked, whom: 'database', reason: '3 pods' }],
    ['escalate', { is: 'escalate', incident: null, text: '' }],
    ['escalate #12 L3 it is bad', { is: 'escalate', incident: marked, text: 'L3 it is bad' }],
    ['handoff @ben over to you', { is: 'handoff', incident: null, to: '@ben', note: 'over to you' }],
    ['handoff ben', { is: 'help', unknown: 'handoff ben' }],
    ['handoff #12 accept', { is: 'accept', incident: marked }],
    ['snooze 2h', { is: 'snooze', incident: null, for: 7_200_000 }],
    ['snooze 12 45m', { is: 'snooze', incident: twelve, for: 2_700_000 }],
    ['snooze', { is: 'help', unknown: 'snooze' }],
    ['snooze for long', { is: 'help', unknown: 'snooze for long' }],
    ['unack', { is: 'unack', incident: null }],
    ['catchup 12', { is: 'catchup', incident: twelve }],
    ['silence 1h', { is: 'silence', incident: null, time: 3_600_000, reason: '' }],
    ['silence #12 30m a deploy', { is: 'silence', incident: marked, time: 1_800_000, reason: 'a deploy' }],
    ['silence', { is: 'help', unknown: 'silence' }],
    ['silence a deploy', { is: 'help', unknown: 'silence a deploy' }],
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
    ['do', { is: 'do-form', incident: null, verb: null, place: null }],
    ['do #12', { is: 'do-form', incident: marked, verb: null, place: null }],
    ['do restart', { is: 'do', incident: null, order: { verb: 'restart' }, place: null }],
    ['do #12 Restart checkout', { is: 'do', incident: marked, order: { verb: 'restart' }, place: 'checkout' }],
    ['do pause a/b/Deployment/c', { is: 'do', incident: null, order: { verb: 'pause' }, place: 'a/b/Deployment/c' }],
    ['do scale 6', { is: 'do', incident: null, order: { verb: 'scale', to: 6 }, place: null }],
    ['do scale checkout 6', { is: 'do', incident: null, order: { verb: 'scale', to: 6 }, place: 'checkout' }],
    ['do scale checkout', { is: 'do-form', incident: null, verb: 'scale', place: 'checkout' }],
    ['do rollback', { is: 'do', incident: null, order: { verb: 'rollback', to: 'previous' }, place: null }],
    ['do rollback 7', { is: 'do', incident: null, order: { verb: 'rollback', to: 7 }, place: null }],
    [
      'do rollback shop previous',
      { is: 'do', incident: null, order: { verb: 'rollback', to: 'previous' }, place: 'shop' },
    ],
    ['do rollback shop', { is: 'do', incident: null, order: { verb: 'rollback', to: 'previous' }, place: 'shop' }],
    ['do delete-pod db db-0', { is: 'do', incident: null, order: { verb: 'delete-pod', pod: 'db-0' }, place: 'db' }],
    ['do bounds 2-6', { is: 'do', incident: null, order: { ...bounds, min: 2, max: 6 }, place: null }],
    ['do bounds shop -6', { is: 'do', incident: null, order: { ...bounds, min: null, max: 6 }, place: 'shop' }],
    ['do bounds', { is: 'do-form', incident: null, verb: 'set-autoscaler-bounds', place: null }],
    ['do toString', { is: 'help', unknown: 'do toString' }],
    ['do scale 6 checkout', { is: 'help', unknown: 'do scale 6 checkout' }],
    ['do restart checkout now please', { is: 'help', unknown: 'do restart checkout now please' }],
    ['approve', { is: 'waiting', incident: null }],
    ['approve 12', { is: 'waiting', incident: twelve }],
    ['approve 12-1', { is: 'approve', run: '12-1' }],
    ['approve it', { is: 'help', unknown: 'approve it' }],
    ['cancel #12-1', { is: 'cancel', run: '12-1' }],
    ['cancel', { is: 'help', unknown: 'cancel' }],
    ['revert 12-1', { is: 'revert', run: '12-1' }],
    ['keep 12-1 3d the sale lasts', { is: 'keep', run: '12-1', for: 259_200_000, why: 'the sale lasts' }],
    ['keep 12-1 30m x', { is: 'keep', run: '12-1', for: 1_800_000, why: 'x' }],
    ['keep 12-1 0d x', { is: 'help', unknown: 'keep 12-1 0d x' }],
    ['keep 12-1 3d', { is: 'help', unknown: 'keep 12-1 3d' }],
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
  ['aprove', 'approve'],
  ['hi', null],
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
