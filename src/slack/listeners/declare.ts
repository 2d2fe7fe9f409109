/** The declare form, submitted: the incident is recorded, and the form says where it will be. */
import type { App, ViewSubmitAction } from '@slack/bolt';
import { isRefusal } from '../../incident/event.ts';
import { callbackIds, inputIds } from '../ids.ts';
import { declaredForm } from '../views/declare.ts';
import type { Desk } from './desk.ts';
import { declarationOf } from './door.ts';
import { declaredAs } from './command.ts';

/** Listens to the declare form. */
export function listenToDeclaring(app: App, desk: Desk): void {
  app.view<ViewSubmitAction>({ callback_id: callbackIds.declare, type: 'view_submission' }, async ({ body, ack }) => {
    const { by, view, title, severity } = declarationOf(body);
    const refuse = (refused: string): Promise<void> =>
      ack({ response_action: 'errors', errors: { [inputIds.title]: refused } });
    const actor = await desk.actorOf(by, 'declare');
    if (isRefusal(actor)) return refuse(actor.refused);
    if (title.trim() === '') return refuse('Say in a few words what is wrong.');
    const deed = { type: 'Declared', at: desk.clock(), by: actor.person, title, severity } as const;
    const answer = await desk.record(deed, null, `view:${view}`, actor);
    if (isRefusal(answer)) return refuse(answer.refused);
    return ack({ response_action: 'update', view: declaredForm(declaredAs(answer.incident.number)) });
  });
}
