/** `runbook simulate`: what it says when nothing was answered, when answers don't fit, and when a walk has no end. */
import { Command } from 'commander';
import { describe, expect, it, vi } from 'vitest';
import { readRunbook } from '../../src/config/runbooks/library.ts';
import { readAnswers } from '../../src/simulate/answers.ts';
import { simulate, simulateCommand } from '../../src/simulate/simulate.ts';

/** A runbook of these steps. */
function written(steps: string, head = `match: ['alertname=~"Down|Gone"', 'severity="critical"']`) {
  const text = `id: try\ntitle: Try\n${head}\nsteps:\n${steps.replace(/^/gm, '  ')}\n`;
  const { runbook, faults } = readRunbook('try.yaml', text);
  if (runbook === null) throw new Error(faults.map(({ problem }) => problem).join('; '));
  return runbook;
}

const restart = `
- id: restart
  title: Restart {{labels.job}}
  action: {restart: {target: '{{service.target}}'}}
  verify: {alert_clears: 5m}
  on_failure: stop`;

interface Given {
  readonly labels?: Record<string, string>;
  readonly answers?: string;
  readonly head?: string;
}

function walk(steps: string, { labels = {}, answers = '', head }: Given = {}): string {
  const runbook = written(steps, head);
  const given = { runbook, library: [runbook], labels, annotations: {}, service: {} };
  return simulate(given, readAnswers('answers.yaml', answers));
}

describe('a simulated walk', () => {
  it('goes well where nothing was answered, and says so', () => {
    const transcript = walk(restart, { labels: { job: 'shop' } });
    expect(transcript).toContain('alertname=Down, severity=critical, job=shop');
    expect(transcript).toContain('restart eu-1/shop/Deployment/checkout');
    expect(transcript).toContain('The rollout is complete. (assumed: done)');
    expect(transcript).toContain('(assumed: clears)');
    expect(transcript).toContain('Steps: 1 done. The incident is resolved.');
  });

  it('meets the answers of a step in their order, and tries again where another one follows a failure', () => {
    const transcript = walk(restart, { answers: 'restart: [{failed: it is paused}, {done: resumed, clears: false}]' });
    expect(transcript).toContain('Failed: it is paused');
    expect(transcript).toContain('The alerts did not clear within 5 min.');
    expect(transcript).toContain('(assumed: skipped)');
    expect(transcript).toContain('Steps: 2 failed. The incident is triggered.');
  });

  it('lets timers fall due while people do not come', () => {
    const step = `\n- id: read\n  title: Read\n  instruction: Read it.\n  remind: 10m`;
    const transcript = walk(step, { answers: 'read: {done: read, after: 25m}' });
    expect(transcript.match(/still waits/g)).toHaveLength(2);
    expect(transcript).toContain('+25:00');
  });

  it('shows what labels hold, and lets none of it reach the terminal as a control', () => {
    const transcript = walk(restart, { labels: { job: '\u001B[2J{{service.target}}' } });
    expect(transcript).toContain('Restart \uFFFD[2J{{service.target}}');
  });

  it('stops when it would never end', () => {
    const again = `
- id: ask
  title: Again?
  decision: {question: Again?, options: [{label: 'Yes', next: ask}, {label: 'No', next: end}]}`;
    expect(walk(again)).toContain('Stopped after 300 steps');
  });

  it('opens a checklist for a runbook without alerts, which closes at its end', () => {
    const step = `\n- id: read\n  title: Read\n  instruction: Read it.`;
    expect(walk(step, { head: 'kind: checklist' })).toContain('The incident is closed.');
  });

  it('names answers that nothing asked for', () => {
    expect(walk(restart, { answers: '- {rollback: done}' })).toContain('Answers that were not needed: rollback.');
  });
});

describe('answers that do not fit', () => {
  const decide = `
- id: ask
  title: Which?
  decision: {question: Which?, options: [{label: This, next: end}, {label: That, next: end}]}`;

  it.each([
    ['an option that is none', decide, 'ask: Those', 'ask is answered with one of: This | That'],
    ['a step to go to that is not there', decide, 'ask: {go_to: nowhere}', 'There is no step nowhere in this runbook.'],
    [
      'an instruction that fails',
      `\n- id: read\n  title: Read\n  instruction: Read it.`,
      'read: {failed: tired}',
      'write `skip: why`',
    ],
    ['a key that is none', decide, 'ask: {answer: This}', 'answers.yaml: ask holds no answers; write `passed`'],
    ['a number', decide, '7', 'the file holds no answers'],
    ['a duration that is none', decide, 'ask: {after: soon}', 'not a duration'],
    ['no YAML', decide, 'ask: [', 'answers.yaml:1:6'],
  ])('are refused: %s', (_, steps, answers, says) => {
    expect(() => walk(steps, { answers })).toThrow(says);
  });

  it('are refused: labels that do not choose the runbook', () => {
    expect(() => walk(restart, { labels: { alertname: 'Slow' } })).toThrow(
      'these labels do not choose try; give some that fit alertname=~"Down|Gone" and severity="critical"',
    );
  });
});

describe('the command', () => {
  const run = async (...words: readonly string[]): Promise<string> => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    const program = new Command().exitOverride();
    simulateCommand(program.command('runbook'));
    await program.parseAsync(['runbook', 'simulate', ...words], { from: 'user' });
    return lines.join('');
  };

  it('walks a file, with pairs whose values may hold commas', async () => {
    const file = 'runbooks/pod-not-ready.yaml';
    const transcript = await run(
      file,
      '--labels',
      'pod=a,b,namespace=shop',
      '--service',
      'name=shop,target=eu-1/a/Deployment/b',
    );
    expect(transcript).toContain('Labels    alertname=PodNotReady, pod=a,b, namespace=shop');
    expect(transcript).toContain('look at the pods of eu-1/a/Deployment/b');
  });

  it('says what is wrong with its words', async () => {
    await expect(run('runbooks/pod-not-ready.yaml', '--labels', 'pod')).rejects.toThrow('write `name=value`');
    await expect(run('runbooks/nothing.yaml')).rejects.toThrow('there is no runbook runbooks/nothing.yaml');
    await expect(run('runbooks/pod-not-ready.yaml', '--answers', 'nowhere.yaml')).rejects.toThrow('nowhere.yaml');
  });
});
