/** The walk: what each kind of step does when it is pressed, answered, proved or given up. */
import { describe, expect, test } from 'vitest';
import { alert, bo, body } from '../incident/samples.ts';
import { http, openWalk, refusalOf, runbook, step, withLibrary } from './samples.ts';

const instruction = step({ id: 'look', does: { kind: 'instruction', text: 'Look at the graph.' } });
const handOver = step({ id: 'hand-over', does: { kind: 'escalate', level: 'next', note: '' } });

describe('a runbook', () => {
  test('is chosen when the incident opens, and begins with its first step', () => {
    const walk = openWalk(withLibrary(runbook([instruction])));
    expect(walk.at()).toBe('look');
    expect(walk.stand()).toBe('offered');
    expect(walk.said()).toContain('Vigie chose the runbook Restart it: its matchers fit.');
  });

  test('is walked to its end, and its steps keep who did them and what they said', () => {
    const walk = openWalk(withLibrary(runbook([instruction, { ...instruction, id: 'again' }])));
    walk.press({ type: 'StepDone', note: 'it is red' });
    walk.press({ type: 'StepSkipped', reason: 'seen it' }, bo);
    expect(walk.at()).toBe('over');
    expect(walk.incident().walk?.past.map(({ step: id, result, by, says }) => [id, result, by.name, says])).toEqual([
      ['look', 'done', 'Ana', 'it is red'],
      ['again', 'skipped', 'Bo', 'seen it'],
    ]);
    expect(walk.said().at(-1)).toBe('The runbook Restart it is at its end.');
  });

  test('that two people press at once is taken from one; the other is told who was first', () => {
    const walk = openWalk(withLibrary(runbook([instruction, { ...instruction, id: 'again' }])));
    const visit = walk.visit();
    walk.meet({ type: 'StepDone', visit, by: bo, note: '' });
    expect(refusalOf(walk.meet({ type: 'StepDone', visit, by: bo, note: '' }))).toBe('Bo finished "look" already.');
    expect(walk.at()).toBe('again');
  });

  test('can be swapped; what was done before stays known', () => {
    const other = runbook([{ ...instruction, id: 'other' }], { id: 'other', title: 'Other', match: [] });
    const walk = openWalk(withLibrary(runbook([instruction])));
    walk.press({ type: 'StepDone', note: '' });
    const books = { other: { id: 'other', title: 'Other', steps: [{ ...instruction, id: 'other', applies: true }] } };
    walk.meet({
      type: 'RunbookChosen',
      by: bo,
      reason: 'wrong one',
      runbook: { id: 'other', title: other.title, hash: 'x', books },
    });
    expect(walk.at()).toBe('other');
    expect(walk.incident().walk?.past).toHaveLength(1);
    expect(walk.visit()).toBe(2);
  });

  test('asks nothing of anybody once the incident is closed', () => {
    const walk = openWalk(withLibrary(runbook([instruction])));
    walk.meet({ type: 'Closed', by: bo, reason: 'a drill' });
    expect(refusalOf(walk.press({ type: 'StepDone', note: '' }))).toBe('Incident 1 was closed by Bo.');
  });
});

describe('a check', () => {
  const check = step({ id: 'health', does: { kind: 'check', check: http(3) }, auto: true, onFailure: 'next' });

  test('with `auto` is asked without a click, with the facts of the service', () => {
    const walk = openWalk(withLibrary(runbook([check, instruction])));
    expect(walk.asked()).toMatchObject([
      { type: 'checks.ask', attempt: 1, ask: { url: 'https://checkout.example/health' } },
    ]);
    walk.answer(true, 'answered 200');
    expect(walk.at()).toBe('look');
  });

  test('without it waits to be run, by one person', () => {
    const walk = openWalk(withLibrary(runbook([{ ...check, auto: false }, instruction])));
    expect(walk.asked()).toEqual([]);
    walk.press({ type: 'StepBegun' });
    expect(walk.asked()).toHaveLength(1);
    expect(refusalOf(walk.press({ type: 'StepBegun' }, bo))).toBe('"health" is running already.');
  });

  test('that fails is asked again as often as it says, and then goes on', () => {
    const walk = openWalk(withLibrary(runbook([check, instruction])));
    walk.asked();
    walk.answer(false, 'answered 503', 1);
    walk.wait(1);
    expect(walk.asked()).toMatchObject([{ attempt: 2 }]);
    walk.answer(false, 'answered 503', 2);
    walk.wait(1);
    walk.answer(false, 'answered 503', 3);
    expect(walk.at()).toBe('look');
    expect(walk.incident().walk?.past.at(-1)).toMatchObject({ result: 'failed', says: 'answered 503' });
  });

  test('believes no answer to an earlier attempt', () => {
    const walk = openWalk(withLibrary(runbook([check, instruction])));
    walk.answer(false, 'late', 1);
    expect(refusalOf(walk.answer(true, 'later still', 2))).toMatch(/moved on/);
    walk.wait(1);
    expect(refusalOf(walk.answer(true, 'late', 1))).toMatch(/moved on/);
  });

  test('that needs a label which the alerts do not have fails without being asked', () => {
    const promql = {
      type: 'promql',
      query: 'up{job="{{labels.job}}"}',
      range: null,
      noData: 'fail',
      timeout: 1,
    } as const;
    const ask = { ...promql, expect: { sign: '>', value: 0 } } as const;
    const walk = openWalk(
      withLibrary(runbook([{ ...check, onFailure: 'stop', does: { kind: 'check', check: { ...http(), ask } } }])),
    );
    expect(walk.asked()).toEqual([]);
    expect(walk.stand()).toBe('failed');
    expect(walk.said().at(-1)).toContain('{{labels.job}} has no value here');
  });

  test('that was given up by the queue has failed', () => {
    const walk = openWalk(withLibrary(runbook([check, instruction])));
    walk.meet({ type: 'EffectGivenUp', effect: 'checks.ask', why: 'too old', visit: walk.visit(), run: null });
    expect(walk.at()).toBe('look');
  });
});

describe('other steps', () => {
  test('a decision goes where its answer leads', () => {
    const options = [
      { label: 'Yes', next: { to: 'step', id: 'hand-over' } },
      { label: 'No', next: { to: 'end' } },
    ] as const;
    const ask = step({ id: 'deployed', does: { kind: 'decision', question: 'Was there a deploy?', options } });
    const yes = openWalk(withLibrary(runbook([ask, instruction, handOver])));
    yes.press({ type: 'StepAnswered', option: 0 });
    expect(yes.at()).toBe('hand-over');
    const no = openWalk(withLibrary(runbook([ask, instruction, handOver])));
    no.press({ type: 'StepAnswered', option: 1 });
    expect(no.at()).toBe('over');
  });

  test('a wait ends by itself, or when a person skips it', () => {
    const wait = step({ id: 'wait', does: { kind: 'wait', duration: 10 * 60_000 } });
    const walk = openWalk(withLibrary(runbook([wait, instruction])));
    expect(walk.stand()).toBe('waiting');
    walk.wait(11);
    expect(walk.at()).toBe('look');
    const cut = openWalk(withLibrary(runbook([wait, instruction])));
    cut.press({ type: 'StepSkipped', reason: 'enough' });
    cut.wait(11);
    expect(cut.visit()).toBe(2);
  });

  test('another runbook is entered in place of the step', () => {
    const on = step({ id: 'on', does: { kind: 'runbook', runbook: 'other' } });
    const other = runbook([{ ...instruction, id: 'there' }], { id: 'other', match: [] });
    const walk = openWalk(withLibrary(runbook([on]), other));
    expect([walk.incident().walk?.cursor?.runbook, walk.at()]).toEqual(['other', 'there']);
  });

  test('a step that does not apply is passed over', () => {
    const match = [{ label: 'team', sign: '=', text: 'team="db"', test: (value: string) => value === 'db' }] as const;
    const steps = [
      { ...instruction, id: 'only for databases', match },
      { ...instruction, id: 'first' },
      { ...instruction, id: 'only if skipped', after: { first: 'skipped' } },
      { ...instruction, id: 'only if done', after: { first: 'done' } },
    ] as const;
    const walk = openWalk(withLibrary(runbook(steps)));
    expect(walk.at()).toBe('first');
    walk.press({ type: 'StepDone', note: '' });
    expect(walk.at()).toBe('only if done');
    expect(openWalk(withLibrary(runbook(steps)), { team: 'db' }).at()).toBe('only for databases');
  });

  test('a step is somebody’s, who is reminded until it is done', () => {
    const walk = openWalk(withLibrary(runbook([{ ...instruction, assign: 'S0DBA', remind: 3_600_000 }, instruction])));
    expect(walk.incident().walk?.assigned).toEqual({ 'restart-it/look': { id: 'S0DBA', name: 'S0DBA' } });
    walk.press({ type: 'StepAssigned', to: bo });
    walk.wait(130);
    expect(walk.said().filter((line) => line === 'Bo, "look" still waits for you.')).toHaveLength(2);
    walk.press({ type: 'StepDone', note: '' });
    walk.wait(130);
    expect(walk.said().filter((line) => line.includes('still waits'))).toHaveLength(2);
  });
});

test('an instruction whose proof failed can be done once more: another visit, with a proof of its own', () => {
  const verify = { rollout: null, alertClears: 60_000, check: http(3) };
  const walk = openWalk(withLibrary(runbook([{ ...instruction, verify }])));
  walk.press({ type: 'StepDone', note: '' });
  walk.wait(2);
  expect([walk.stand(), walk.visit()]).toEqual(['failed', 1]);
  walk.asked();
  walk.press({ type: 'StepDone', note: '' }, bo);
  expect([walk.stand(), walk.visit()]).toEqual(['verifying', 2]);
  expect(walk.asked()).toMatchObject([{ visit: 2, attempt: 1, of: 'verify' }]);
  expect(
    refusalOf(walk.meet({ type: 'CheckAnswered', visit: 1, attempt: 1, of: 'verify', passed: true, says: '' })),
  ).toMatch(/moved on/);
});

test('closing puts what was waited for to rest; whoever re-opens the incident goes on from there', () => {
  const wait = step({ id: 'wait', does: { kind: 'wait', duration: 10 * 60_000 } });
  const walk = openWalk(withLibrary(runbook([wait, instruction])));
  walk.meet({ type: 'Closed', by: bo, reason: 'a drill' });
  walk.wait(11);
  expect(walk.stand()).toBe('failed');
  const again = { since: 30, labels: { service: 'checkout' } };
  walk.memory.report(body(30, [alert('Down', again)]));
  walk.press({ type: 'StepSkipped', reason: 'it has waited long enough' });
  expect(walk.at()).toBe('look');
});
