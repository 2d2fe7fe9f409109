/** Carries out Slack's effects: one small function for each. */
import type { Perform } from '../../incident/contracts.ts';
import type { Effect } from '../../incident/effect.ts';
import { Terminal } from '../../incident/fault.ts';
import { performAction } from './action.ts';
import { performAnnouncement } from './announcement.ts';
import { performCall } from './call.ts';
import { performCard } from './card.ts';
import { performChannel } from './channel.ts';
import { performNote } from './note.ts';
import { performRunbook } from './runbook.ts';
import type { Stage } from './stage.ts';
import { performThread } from './thread.ts';

type SlackEffect = Extract<Effect, { readonly type: `slack.${string}` }>;

const isSlackEffect = (effect: Effect): effect is SlackEffect => effect.type.startsWith('slack.');

/** The performer of the Slack room. */
export const performSlack =
  (stage: Stage): Perform =>
  async (work) => {
    const { effect } = work;
    if (!isSlackEffect(effect))
      throw new Terminal(`performing ${work.effectId}: ${effect.type} is not an effect of Slack`);
    switch (effect.type) {
      case 'slack.announcement':
        return performAnnouncement(stage, work);
      case 'slack.channel':
        return performChannel(stage, work);
      case 'slack.card':
        return performCard(stage, work);
      case 'slack.runbook':
        return performRunbook(stage, work);
      case 'slack.action':
        return performAction(stage, work, effect.run);
      case 'slack.thread':
        return performThread(stage, work);
      case 'slack.note':
        return performNote(stage, work, effect);
      case 'slack.call':
        return performCall(stage, work, effect);
    }
  };
