/** Buttons that no listener knows, from a message of another release: somebody pressed one, so somebody is answered. */
import type { App, BlockAction } from '@slack/bolt';
import { allActionIds } from '../ids.ts';
import { strayButton, tell } from './answers.ts';
import type { Desk } from './desk.ts';

/** Everything but our own action ids: two listeners for one press would acknowledge it twice, which Bolt refuses. */
const unknown = new RegExp(`^(?!(?:${allActionIds.join('|').replaceAll('.', String.raw`\.`)})$)`, 'u');

/** Listens to all other buttons. */
export function listenToStrays(app: App, desk: Desk): void {
  app.action<BlockAction>(unknown, async ({ ack, respond }) => {
    await ack();
    desk.later('answering a stray press', () => tell(respond, strayButton));
  });
}
