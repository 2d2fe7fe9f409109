/** The commands around the files of runbooks, as they are typed. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readLibrary, readRunbook } from '../../src/config/runbooks/library.ts';
import { outline } from '../../src/commands/runbook-outline.ts';
import { withFolder } from '../config/runbooks/folders.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

/** What `vigie runbook …` prints in a folder, and how it ends. */
function vigie(cwd: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'runbook', ...args], { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

it('a new runbook has no faults, and is never written over', () => {
  withFolder({}, (folder) => {
    expect(vigie(folder, 'new', 'my-service')).toEqual({
      status: 0,
      stdout: 'Wrote runbooks/my-service.yaml.\n',
      stderr: '',
    });
    expect(readLibrary(join(folder, 'runbooks'))).toMatchObject({ runbooks: [{ id: 'my-service' }], faults: [] });
    expect(vigie(folder, 'new', 'my-service')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'vigie: runbooks/my-service.yaml exists already, and was left as it is\n',
    });
  });
});

it('faults are printed one a line, and end the command with 1', () => {
  withFolder({ 'runbooks/a.yaml': 'id: a\ntitel: A\nsteps: []\n' }, (folder) => {
    const { status, stdout } = vigie(folder, 'lint');
    expect(status).toBe(1);
    expect(stdout.split('\n')).toEqual([
      'runbooks/a.yaml:1:1: title: it is missing; add it: `title: Service unreachable`',
      'runbooks/a.yaml:2:1: titel: unknown key `titel`; did you mean `title`?',
      'runbooks/a.yaml:3:8: steps: there are no steps; write at least one: `- {id: …, title: …, …}`',
      '',
    ]);
  });
});

it('an outline shows every step as text, and control characters as what they are', () => {
  const text = `id: deploy
title: "Deploy \\e[31m"
kind: checklist
schedule: {cron: '0 9 * * MON', timezone: UTC}
steps:
  - {id: gate, title: Gate, check: {promql: {query: up, over: 10m, expect: '> 0.5', attempts: 3}}, auto: true, on_failure: back}
  - {id: rest, title: Rest, wait: 10m}
  - id: ask
    title: Ask
    when: {match: ['team="shop"'], after: {gate: passed}}
    decision: {question: Go on?, options: [{label: Yes, next: end}, {label: No, next: back}]}
    assign: S0SRE
    remind: 30m
  - id: back
    title: Back
    action: {rollback: {target: '{{service.target}}'}}
    verify: {rollout: 5m, http: {url: '{{service.health_url}}', contains: ok}}
    approvals: 1
    next: tell
    on_failure: page
  - {id: page, title: Page, escalate: {note: Help}}
  - id: tell
    title: Tell
    instruction: |
      Say so.

      Loudly.
  - {id: on, title: On, runbook: other}
`;
  const { runbook, faults } = readRunbook('deploy.yaml', text);
  expect(faults).toEqual([]);
  expect(runbook === null ? '' : outline(runbook)).toMatchInlineSnapshot(`
    "deploy: Deploy �[31m
    A checklist that opens by itself: 0 9 * * MON (UTC).

      1. gate: Gate
         Check: up > 0.5 over 10 min (up to 3 times, every 10 s)
         Runs by itself.
         On failure: back.

      2. rest: Rest
         Wait 10 min.

      3. ask: Ask
         Only if team="shop" and gate passed.
         Go on?
         - Yes: the end
         - No: back
         Assigned to S0SRE. Reminds after 30 min.

      4. back: Back
         Action: roll back {{service.target}} to the previous version
         Verified by: the rollout is complete within 5 min; GET {{service.health_url}} answers 200 with "ok".
         Needs 1 approval(s).
         Then: tell. On failure: page.

      5. page: Page
         Page level next: Help
         On failure: a person decides.

      6. tell: Tell
         Say so.

         Loudly.

      7. on: On
         Continue in other.
    "
  `);
});
