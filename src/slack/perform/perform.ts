/** Carries out Slack's effects: one small function for each. */
import type { Perform } from '../../incident/contracts.ts';
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

/** The performer of the Slack room. */
export const performSlack =
  (stage: Stage): Perform =>
  async (work) => {
    const { effect } = work;
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
      case 'checks.ask':
      case 'kubernetes.diagnose':
      case 'kubernetes.examine':
      case 'kubernetes.plan':
      case 'kubernetes.run':
      case 'kubernetes.watch':
      case 'kubernetes.recheck':
      case 'pagerduty.trigger':
      case 'pagerduty.acknowledge':
      case 'pagerduty.resolve':
      case 'pagerduty.confirm':
      case 'pagerduty.note':
      case 'pagerduty.responders':
      case 'pagerduty.reassign':
      case 'pagerduty.webhook':
      case 'alertmanager.silence':
      case 'alertmanager.extend':
      case 'alertmanager.expire':
      case 'clock.wake':
        throw new Terminal(`performing ${work.effectId}: ${effect.type} is not an effect of Slack`);
    }
  };
