/** A step that changes a workload: it runs once, is proved, and leads where the runbook says. */
import { describe, expect, test } from 'vitest';
import { bo } from '../incident/samples.ts';
import { asMember, openWalk, refusalOf, runbook, step, withLibrary } from './samples.ts';

const instruction = step({ id: 'look', does: { kind: 'instruction', text: 'Look at the graph.' } });
const target = '{{service.target}}';
const restart = step({
  id: 'restart',
  does: { kind: 'action', action: { type: 'restart', target } },
  onFailure: { step: 'hand-over' },
});
const handOver = step({ id: 'hand-over', does: { kind: 'escalate', level: 'next', note: '' } });

describe('an action', () => {
  test('runs once it is pressed, and goes on when it succeeded', () => {
    const walk = openWalk(withLibrary(runbook([restart, handOver])));
    walk.press({ type: 'StepBegun' });
    expect(walk.asked()).toMatchObject([
      { type: 'kubernetes.plan', order: { verb: 'restart' }, target: 'eu-1/shop/Deployment/checkout' },
    ]);
    walk.end('succeeded', 'rolled out in 12 s');
    expect(walk.at()).toBe('hand-over');
  });

  test('that fails goes where `on_failure` says', () => {
    const walk = openWalk(withLibrary(runbook([restart, instruction, handOver])));
    walk.press({ type: 'StepBegun' });
    walk.end('failed', 'quota');
    expect(walk.at()).toBe('hand-over');
  });

  test('can not be skipped while it runs', () => {
    const walk = openWalk(withLibrary(runbook([restart, handOver])));
    walk.press({ type: 'StepBegun' });
    expect(refusalOf(walk.press({ type: 'StepSkipped', reason: 'bored' }))).toMatch(/when it has ended/);
    expect(refusalOf(walk.press({ type: 'StepChosen', step: 'hand-over' }))).toMatch(/when it has ended/);
  });

  test('that has to clear the alerts waits for them, and passes when they do', () => {
    const verify = { rollout: null, alertClears: 5 * 60_000, check: null };
    const walk = openWalk(withLibrary(runbook([{ ...restart, verify }, instruction])));
    walk.press({ type: 'StepBegun' });
    walk.end('succeeded', 'rolled out');
    expect(walk.stand()).toBe('verifying');
    walk.clear();
    expect(walk.incident().walk?.past.at(-1)).toMatchObject({
      result: 'done',
      says: 'rolled out. The alerts cleared.',
    });
  });

  test('whose alerts do not clear in time has failed', () => {
    const verify = { rollout: null, alertClears: 5 * 60_000, check: null };
    const walk = openWalk(withLibrary(runbook([{ ...restart, verify }, instruction, handOver])));
    walk.press({ type: 'StepBegun' });
    walk.end('succeeded', 'rolled out.');
    walk.wait(6);
    expect(walk.at()).toBe('hand-over');
    expect(walk.incident().walk?.past.at(-1)?.says).toBe('rolled out. The alerts did not clear within 5 min.');
  });

  test('is refused in one sentence where no cluster is configured', () => {
    const all = withLibrary(runbook([restart, handOver]));
    const walk = openWalk({ ...all, able: { ...all.able, act: false } });
    expect(refusalOf(walk.press({ type: 'StepBegun' }))).toMatch(/^No cluster is configured, so Vigie can't restart/);
    expect(walk.asked()).toEqual([]);
  });

  test('with `stop` stands there as failed until a person retries it: another visit', () => {
    const walk = openWalk(withLibrary(runbook([{ ...restart, onFailure: 'stop' }, handOver])));
    walk.press({ type: 'StepBegun' });
    walk.end('failed', 'quota');
    expect([walk.at(), walk.stand(), walk.visit()]).toEqual(['restart', 'failed', 1]);
    walk.press({ type: 'StepBegun' }, bo);
    expect([walk.at(), walk.stand(), walk.visit()]).toEqual(['restart', 'running', 2]);
  });

  test('with `escalate` pages the next level with why, and stands there', () => {
    const walk = openWalk(withLibrary(runbook([{ ...restart, onFailure: 'escalate' }])));
    walk.press({ type: 'StepBegun' });
    walk.asked();
    walk.end('failed', 'quota');
    expect(walk.asked().slice(-1)).toMatchObject([
      { type: 'pagerduty.trigger', summary: 'Incident 1 (critical): Down · checkout. restart failed: quota.' },
    ]);
    expect(walk.stand()).toBe('failed');
  });
});

test('an automatic action runs by the rights of Vigie, whoever finished the step before it', () => {
  const first = step({ id: 'look', does: { kind: 'instruction', text: 'Look.' } });
  const all = withLibrary(runbook([first, { ...restart, auto: true }, handOver]));
  const roles = { ...all.access.roles, admin: { groups: [], ids: [], emails: [] } };
  const rollback = {
    ...restart,
    does: { kind: 'action', action: { type: 'rollback', target, to: 'previous' } },
  } as const;
  const walk = openWalk({
    ...all,
    access: { ...all.access, roles },
    runbooks: [runbook([first, { ...rollback, auto: true }])],
  });
  const done = { type: 'StepDone', at: 0, visit: walk.visit(), by: bo, note: '' } as const;
  walk.memory.record(1, done, asMember(bo));
  expect(walk.stand()).toBe('running');
});
