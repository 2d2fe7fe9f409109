/** What people do at a step of a runbook: press a button, also twice, fill a form in, or type; each deed with what it was told. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { SlackSandbox } from '../../sandbox/slack/server.ts';
import type { StepDeed } from './model.ts';
import { textOf, toAnyBot } from './people.ts';
import type { Crowd, Outcome } from './people.ts';

/** Somebody who walks runbooks. */
export interface Walker {
  readonly name: string;
  /** Slack user id. */
  readonly id: string;
}

/** A runbook card as it stands in its channel. */
export interface Card {
  readonly incident: number;
  readonly channel: string;
  readonly ts: string;
  readonly buttons: readonly Button[];
}

/** A button: what it does and what it knows. */
export interface Button {
  readonly action: string;
  readonly value: string;
}

const card = z.object({
  metadata: z.object({ event_payload: z.object({ incident: z.number(), purpose: z.literal('slack.runbook') }) }),
});
const row = z.object({
  type: z.literal('actions'),
  elements: z.array(z.object({ action_id: z.string(), value: z.string().default('') })),
});

/** The runbook card of a channel; null while there is none. */
export function cardIn(slack: SlackSandbox, channel: string): Card | null {
  for (const message of slack.channel(channel).messages) {
    const incident = card.safeParse(message).data?.metadata.event_payload.incident;
    if (incident === undefined) continue;
    return { incident, channel, ts: message.ts, buttons: buttonsOf(message.blocks) };
  }
  return null;
}

const buttonsOf = (blocks: readonly unknown[]): readonly Button[] =>
  blocks
    .flatMap((block) => row.safeParse(block).data?.elements ?? [])
    .map(({ action_id: action, value }) => ({ action, value }));

/** How a press was answered. */
interface Pressed {
  readonly who: Walker;
  readonly button: Button;
  readonly outcomes: readonly Outcome[];
}

/**
 * Presses, all at the same moment. Every answer to a press ends with the card being drawn again, so when that has come as
 * often as there were answers, whoever was told nothing was not refused. Unless it is `clear` that no answer to an earlier
 * press can come now: then nothing is concluded.
 */
export async function press(
  crowd: Crowd,
  shown: Card,
  fingers: readonly { readonly who: Walker; readonly button: Button }[],
  clear: boolean,
): Promise<{ readonly deeds: readonly StepDeed[]; readonly clear: boolean }> {
  const { slack } = crowd;
  const from = slack.calls().length;
  const pressed = await Promise.all(fingers.map(({ who, button }) => tap(crowd, shown, who, button)));
  const outcomes = pressed.flatMap((each) => each.outcomes);
  const answers = outcomes.filter(({ status }) => status === 200).length;
  const drawn = (): readonly string[] => slack.calls().slice(from).flatMap(redrawOf);
  const all = await slack
    .until(() => drawn().filter((of) => of === `${shown.incident}` || of === over).length >= answers, 1_500)
    .catch(() => false);
  // The card of a walk that is over does not say whose it is.
  const own = drawn().filter((of) => of === `${shown.incident}`).length >= answers;
  // A frozen bot answers when it wakes; a killed one never does.
  const late = outcomes.some(({ status, ms }) => status !== 200 && ms > 2_500);
  const sure = clear && own && !late;
  return { deeds: pressed.map((each) => judged(shown, each, sure, fingers.length > 1)), clear: all && !late };
}

async function tap(crowd: Crowd, { channel, ts }: Card, who: Walker, button: Button): Promise<Pressed> {
  const outcome = await toAnyBot(crowd, () => crowd.slack.click(who.name, channel, ts, button.action));
  const again = crowd.chance.happens(0.2) ? [await toAnyBot(crowd, () => outcome.again())] : [];
  return { who, button, outcomes: [outcome, ...again] };
}

const redraw = z.object({
  replace_original: z.literal(true),
  text: z.string().startsWith('Runbook '),
  blocks: z.array(z.unknown()),
});

const over = 'over';

/** Of a runbook card that was drawn again after a press: the number of its incident, or that it is over. */
function redrawOf({ method, args }: ReturnType<SlackSandbox['calls']>[number]): readonly string[] {
  const drawn = method === 'response_url' ? redraw.safeParse(args).data : undefined;
  if (drawn === undefined) return [];
  const numbers = buttonsOf(drawn.blocks).map(({ value }) => value.split(':')[1] ?? '');
  return [numbers[0] ?? over];
}

function judged({ incident }: Card, { who, button, outcomes }: Pressed, sure: boolean, raced: boolean): StepDeed {
  // What was said since the first tap, to either: one that was refused may be recorded when it is repeated.
  const said = outcomes[0]?.ephemeral.map(({ text }) => text) ?? [];
  const answered = outcomes.every(({ status }) => status === 200);
  const refused = said.length === outcomes.length && !said.some((text) => text.startsWith('Not recorded'));
  const answer = !sure || !answered ? 'unknown' : refused ? 'refused' : said.length === 0 ? 'recorded' : 'unknown';
  const told = said[0] ?? '';
  const mark = { cause: `step:${button.value.replace(/^v1:/, '')}:${who.id}` };
  return { incident, by: who.id, mark, answer, told, raced };
}

const menu = z.object({
  blocks: z.array(
    z.object({ element: z.object({ options: z.array(z.object({ value: z.string() })).optional() }).optional() }),
  ),
});

/** Opens a form at the step, fills it in and sends it, again when nobody answers. Null when it did not open. */
export async function fillIn(
  crowd: Crowd,
  { incident, channel, ts }: Card,
  who: Walker,
  asking: 'skip' | 'go-to',
): Promise<StepDeed | null> {
  const { slack, chance } = crowd;
  const outcome = await toAnyBot(crowd, () => slack.click(who.name, channel, ts, `vigie.step.${asking}`));
  for (let tries = 0; tries < 30 && outcome.view === null; tries += 1) await pause(50);
  const { view } = outcome;
  if (view === null) return null;
  const options = menu.parse(view.body).blocks.flatMap(({ element }) => element?.options ?? []);
  const values =
    asking === 'skip' ? { 'vigie.reason': 'it is not needed' } : { 'vigie.step': chance.pick(options).value };
  const deed = { incident, by: who.id, mark: { cause: `view:${view.id}` }, raced: false } as const;
  for (let tries = 0; tries < 4; tries += 1) {
    const sent = await toAnyBot(crowd, () => slack.submit(who.name, view.id, values));
    if (sent.status === 200 && sent.body === '') return { ...deed, answer: 'recorded', told: '' };
    if (sent.status === 200 && !sent.body.includes('Not recorded'))
      return { ...deed, answer: 'refused', told: Object.values(errors.parse(JSON.parse(sent.body)).errors).join(' ') };
    await pause(500);
  }
  return { ...deed, answer: 'unknown', told: '' };
}

const errors = z.object({ errors: z.record(z.string(), z.string()) });

/** How an accepted command begins: what became of the step, and where the walk is now. */
const accepted = /^(?:“|Now: |The runbook is at its end\.)/;

/** Types about the step at hand, with a text that nobody else writes; also twice. */
export async function type(crowd: Crowd, incident: number, who: Walker, does: 'done' | 'skip'): Promise<StepDeed> {
  const { slack, chance, model } = crowd;
  const note = `[note ${(notes.get(model) ?? 0) + 1}]`;
  notes.set(model, (notes.get(model) ?? 0) + 1);
  const line = `/incident step ${does} #${incident} ${note}`;
  const outcome = await toAnyBot(crowd, () => slack.command(who.name, '#incidents', line));
  const repeated = chance.happens(0.2) ? [await toAnyBot(crowd, () => outcome.again())] : [];
  // One that was refused may be recorded when it is repeated.
  const heard = [outcome, ...repeated].map((each) => (each.status === 200 ? textOf(each) : ''));
  const recorded = heard.some((text) => accepted.test(text));
  const refused = !recorded && heard.every((text) => text !== '' && !text.startsWith('Not recorded'));
  const told = recorded ? '' : (heard[0] ?? '');
  const deed = { incident, by: who.id, mark: { note }, raced: false };
  return { ...deed, answer: recorded ? 'recorded' : refused ? 'refused' : 'unknown', told };
}

/** Notes of each run. */
const notes = new WeakMap<Crowd['model'], number>();

/** Closes the incident in the midst of its walk. */
export async function close(crowd: Crowd, incident: number, who: Walker): Promise<void> {
  const line = `/incident resolve #${incident} it is somebody else's`;
  const outcome = await toAnyBot(crowd, () => crowd.slack.command(who.name, '#incidents', line));
  if (outcome.status === 200 && textOf(outcome).startsWith(`Incident ${incident} is closed`))
    crowd.model.done.push({ incident, by: who.id, did: 'Closed' });
}
