/** `/incident automation on|off`: the one switch for everything that Vigie does without a click. Everybody hears of it. */
import type { Actor } from '../../access/actor.ts';
import { bare, mrkdwn } from '../views/text.ts';
import type { Desk } from './desk.ts';

/** Switches, and says so in the announcement channel. Answers what the person is told. */
export async function switchAutomation(desk: Desk, actor: Actor, to: 'on' | 'off'): Promise<string> {
  const refusal = await desk.switchAutomation(to, actor);
  if (refusal !== null) return refusal.refused;
  const does = to === 'on' ? 'steps marked `auto` run again where a service allows it' : 'nothing runs without a click';
  const text = `${bare(actor.person.name, 80)} turned automation ${to}: ${does}.`;
  desk.later('telling that automation was switched', () =>
    desk.slack.chat.postMessage({
      channel: desk.announce,
      text,
      blocks: [{ type: 'section', text: mrkdwn(text) }],
    }),
  );
  return `Automation is ${to}.`;
}
