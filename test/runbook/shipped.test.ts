/** The runbooks that ship with Vigie: they have no faults, and each is walked in good and in bad luck, to the letter. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLibrary } from '../../src/config/runbooks/library.ts';
import { readAnswers } from '../../src/simulate/answers.ts';
import { simulate } from '../../src/simulate/simulate.ts';

const root = resolve(import.meta.dirname, '../..');
const { runbooks, faults } = readLibrary(join(root, 'runbooks'));

/** What an alert of the example service carries besides what the runbook asks for. */
const labels = { service: 'checkout', namespace: 'shop' };

/** Walks that begin with another alert. */
const others: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'release-guard-unhappy': { alertname: 'ReleasePrecision' },
  'high-resource-use-unhappy': { alertname: 'HighMemoryUsage' },
};

describe('the runbooks that ship with Vigie', () => {
  it('have no faults', () => {
    expect(faults).toEqual([]);
    expect(runbooks.length).toBeGreaterThan(20);
  });

  it('are chosen by one alert each: no alert name is claimed twice', () => {
    const names = runbooks.flatMap(({ match }) =>
      match.flatMap(({ text }) => /"(.*)"/.exec(text)?.[1]?.split('|') ?? []),
    );
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  });

  it('fit on a card: what people read is short', () => {
    const long = runbooks.flatMap(({ id, steps }) =>
      steps.flatMap(({ id: step, does }) => {
        const text = does.kind === 'instruction' ? does.text : does.kind === 'decision' ? does.question : '';
        return text.length > 1_400 ? [`${id}/${step}`] : [];
      }),
    );
    expect(long).toEqual([]);
  });

  it('change nothing by being skipped: no step falls through to an action that runs by itself', () => {
    const risky = runbooks.flatMap(({ id, steps }) =>
      steps.flatMap((step, index) => {
        const before = steps[index - 1];
        const closed = before?.does.kind === 'runbook' && before.match.length === 0;
        return step.auto && step.does.kind === 'action' && !closed ? [`${id}/${step.id}`] : [];
      }),
    );
    expect(risky).toEqual([]);
  });

  it('are each walked twice', () => {
    const walked = globSync('answers/*.yaml', { cwd: import.meta.dirname }).map((file) => basename(file, '.yaml'));
    const wanted = runbooks.flatMap(({ id }) => [`${id}-happy`, `${id}-unhappy`]);
    expect(walked.toSorted()).toEqual(wanted.toSorted());
  });

  for (const runbook of runbooks) {
    for (const luck of ['happy', 'unhappy']) {
      it(`walk ${runbook.id}, ${luck}`, async () => {
        const name = `${runbook.id}-${luck}`;
        const file = `test/runbook/answers/${name}.yaml`;
        const answers = readAnswers(file, readFileSync(join(root, file), 'utf8'));
        const byAlert = runbook.match.length > 0;
        const given = { runbook, library: runbooks, annotations: {}, service: {} };
        const transcript = simulate({ ...given, labels: byAlert ? { ...labels, ...others[name] } : {} }, answers);
        expect(transcript).not.toMatch(/Stopped after|not needed|\(no [a-z]+\./);
        await expect(transcript).toMatchFileSnapshot(`golden/${name}.txt`);
      });
    }
  }
});
