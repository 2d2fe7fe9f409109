/** A runbook as plain text for a terminal: its steps in order, what each does, and where it leads. */
import { spoken } from '../incident/timeline.ts';
import type { Matcher } from '../incident/rules.ts';
import type { Action, Check, Does, Next, OnFailure, Runbook, Verify, WrittenStep } from '../runbook/runbook.ts';

/** The outline, with a line feed at its end. */
export function outline(runbook: Runbook): string {
  const { id, title, about, steps } = runbook;
  const head = [`${id}: ${title}`, ...(about === '' ? [] : [about]), chosen(runbook)];
  const body = steps.flatMap((step, index) => [
    '',
    `${String(index + 1).padStart(3)}. ${step.id}: ${step.title}`,
    ...describe(step).flatMap((text) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => `     ${line}`.trimEnd()),
    ),
  ]);
  return `${[...head, ...body].map(safe).join('\n')}\n`;
}

/** A control character in a file must not reach the terminal. */
// oxlint-disable-next-line no-control-regex -- these are what is replaced
const safe = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\uFFFD');

function chosen({ kind, match, services, schedule }: Runbook): string {
  if (schedule !== null) return `A checklist that opens by itself: ${schedule.cron} (${schedule.timezone}).`;
  if (kind === 'checklist') return 'A checklist that is started by hand.';
  const only = services.length === 0 ? '' : ` Only for ${services.join(', ')}.`;
  return match.length === 0 ? `Only started by hand.${only}` : `For alerts with ${accepts(match)}.${only}`;
}

const accepts = (match: readonly Matcher[]): string => match.map(({ text }) => text).join(' and ');

function describe(step: WrittenStep): readonly string[] {
  const { match, after, does, auto, approvals, verify, assign, remind } = step;
  const results = Object.entries(after).map(([id, result]) => `${id} ${result}`);
  const conditions = [...match.map(({ text }) => text), ...results];
  const people = [
    ...(auto ? ['Runs by itself.'] : []),
    ...(approvals === null ? [] : [`Needs ${approvals} approval(s).`]),
    ...(assign === null ? [] : [`Assigned to ${assign}.`]),
    ...(remind === null ? [] : [`Reminds after ${spoken(remind)}.`]),
  ];
  return [
    ...(conditions.length === 0 ? [] : [`Only if ${conditions.join(' and ')}.`]),
    ...deeds(does),
    ...(verify === null ? [] : [`Verified by: ${proofs(verify)}.`]),
    ...(people.length === 0 ? [] : [people.join(' ')]),
    ...ways(step),
  ];
}

function deeds(does: Does): readonly string[] {
  switch (does.kind) {
    case 'instruction':
      return [does.text];
    case 'check':
      return [`Check: ${question(does.check)}`];
    case 'decision':
      return [does.question, ...does.options.map(({ label, next }) => `- ${label}: ${place(next)}`)];
    case 'action':
      return [`Action: ${change(does.action)}`];
    case 'wait':
      return [`Wait ${spoken(does.duration)}.`];
    case 'escalate':
      return [`Page level ${does.level}${does.note === '' ? '' : `: ${does.note}`}`];
    case 'runbook':
      return [`Continue in ${does.runbook}.`];
  }
}

function question({ ask, attempts, every }: Check): string {
  const again = attempts === 1 ? '' : ` (up to ${attempts} times, every ${spoken(every)})`;
  switch (ask.type) {
    case 'http': {
      const holds = ask.contains === null ? '' : ` with ${JSON.stringify(ask.contains)}`;
      return `${ask.method} ${ask.url} answers ${ask.expect.join(' or ')}${holds}${again}`;
    }
    case 'promql': {
      const over = ask.range === null ? '' : ` over ${spoken(ask.range.over)}`;
      return `${ask.query.trim()} ${ask.expect.sign} ${ask.expect.value}${over}${again}`;
    }
    case 'kubernetes':
      return `the pods of ${ask.diagnose}`;
  }
}

function change(action: Action): string {
  switch (action.type) {
    case 'restart':
    case 'pause':
    case 'resume':
      return `${action.type} ${action.target}`;
    case 'scale':
      return `scale ${action.target} to ${action.to}`;
    case 'rollback':
      return `roll back ${action.target} to ${action.to === 'previous' ? 'the previous version' : `revision ${action.to}`}`;
  }
}

const proofs = ({ rollout, alertClears, check }: Verify): string =>
  [
    ...(rollout === null ? [] : [`the rollout is complete within ${spoken(rollout)}`]),
    ...(alertClears === null ? [] : [`the alerts clear within ${spoken(alertClears)}`]),
    ...(check === null ? [] : [question(check)]),
  ].join('; ');

const place = (next: Next | null): string =>
  next === null ? 'the next step' : next.to === 'end' ? 'the end' : next.id;

const failure = (way: OnFailure): string => {
  if (typeof way === 'object') return way.step;
  return { next: 'the next step', escalate: 'page the next level', stop: 'a person decides' }[way];
};

/** Where the step leads, if that is not just the next one. */
function ways({ does, next, onFailure, verify }: WrittenStep): readonly string[] {
  const fails = does.kind === 'check' || does.kind === 'action' || does.kind === 'escalate' || verify !== null;
  const said = [
    ...(next === null ? [] : [`Then: ${place(next)}.`]),
    ...(fails ? [`On failure: ${failure(onFailure)}.`] : []),
  ];
  return said.length === 0 ? [] : [said.join(' ')];
}
