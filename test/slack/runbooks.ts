/** An evening with runbooks: one that is about the usual alert, a checklist, and what people see and press of them. */
import { expect } from 'vitest';
import type { Rules } from '../../src/incident/rules.ts';
import { http, runbook, step as written, withLibrary } from '../runbook/samples.ts';
import { alertAt, startEvening } from './evening.ts';
import type { Evening, EveningOptions } from './evening.ts';

/** Look, ask, decide, act: a step of each kind that people press through. */
const unreachable = runbook(
  [
    written({
      id: 'look',
      title: 'Look at {{service.name}}',
      does: {
        kind: 'instruction',
        text: 'Is **{{labels.service}}** on the [board](https://board.example/shop)?\n\n- say so',
      },
    }),
    written({ id: 'health', title: 'Does it answer?', does: { kind: 'check', check: http() } }),
    written({
      id: 'cause',
      title: 'Was there a deploy?',
      does: {
        kind: 'decision',
        question: 'Was there a deploy in the last hour?',
        options: [
          { label: 'Yes', next: { to: 'step', id: 'restart' } },
          { label: 'No', next: { to: 'end' } },
        ],
      },
    }),
    written({
      id: 'restart',
      title: 'Restart it',
      does: { kind: 'action', action: { type: 'restart', target: '{{service.target}}' } },
    }),
    written({ id: 'page', title: 'Hand over', does: { kind: 'escalate', level: 'next', note: 'Nothing helped.' } }),
  ],
  {
    id: 'service-unreachable',
    title: 'Service unreachable',
    match: [
      { label: 'alertname', sign: '=', text: 'alertname="HighErrorRate"', test: (value) => value === 'HighErrorRate' },
    ],
  },
);

/** Planned work. */
const weekly = runbook(
  [written({ id: 'disks', title: 'Look at the disks', does: { kind: 'instruction', text: 'Are they full?' } })],
  { id: 'maintenance-weekly', title: 'Weekly maintenance', kind: 'checklist', match: [] },
);

const all = withLibrary(unreachable, weekly);

/** Rules with both, of a Vigie that can do everything; facts of the service include its name. */
export const followed: Rules = {
  ...all,
  services: all.services.map((service) => ({ ...service, facts: { ...service.facts, name: service.name } })),
};

/** The channel of the incident. */
export const channel = '#inc-1-higherrorrate-checkout';

/** An evening on which the alert fires. */
export async function walking(options: EveningOptions = {}): Promise<Evening> {
  const evening = await startEvening({ rules: followed, ...options });
  evening.report([alertAt(evening.slack.clock.now(), 'HighErrorRate')]);
  await evening.perform();
  return evening;
}

/** The runbook card, as people see it; there is one. */
export function card({ slack }: Evening): { readonly shows: string; readonly edits: number; readonly ts: string } {
  const found = slack.channel(channel).messages.filter(({ text }) => text.startsWith('Runbook '));
  expect(found).toHaveLength(1);
  const [message] = found;
  return { shows: JSON.stringify(message?.blocks), edits: message?.edits ?? 0, ts: message?.ts ?? '' };
}

/** The step at hand. */
export const step = ({ memory }: Evening): string => memory.incident().walk?.cursor?.step ?? 'over';
/** What is happening there. */
export const stand = ({ memory }: Evening): string => memory.incident().walk?.cursor?.stand.is ?? 'over';
/** Presses a button of the newest message that shows it. */
export const press = (evening: Evening, label: string, who = 'ana') =>
  evening.slack.click(who, channel, 'newest', label);

/** What only this person was told since a press. */
export async function told(
  { slack }: Evening,
  outcome: { readonly ephemeral: readonly { readonly text: string }[] },
): Promise<string> {
  return (await slack.until(() => outcome.ephemeral[0])).text;
}

/** Presses a button and waits until the card is drawn again. */
export async function pressed(evening: Evening, label: string): Promise<void> {
  const { edits } = card(evening);
  await press(evening, label);
  await evening.slack.until(() => card(evening).edits > edits);
}
