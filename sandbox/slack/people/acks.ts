/** What Slack does with an app's acknowledgement: messages after commands, changes of modals after submissions. */

import { channelLabel } from '../story/mrkdwn.ts';
import { isEmpty, readContent, type Refusal } from '../workspace/content.ts';
import type { Reply } from '../app/deliver.ts';
import { isObject, objectAt, objectsAt, parseJson, stringAt, type Json } from '../../json.ts';
import { post } from '../workspace/messages.ts';
import { closeAll, closeView, openView, updateView, viewRefusal } from '../workspace/views.ts';
import type { Channel, View } from '../workspace/state.ts';
import type { World } from '../world.ts';

/** Notes something that Slack would hold against the app though no API call was wrong. */
function complain(world: World, what: string, refusal: Refusal): void {
  const lines = objectAt(refusal, 'response_metadata')?.['messages'];
  world.complaints.push(`${what}: ${refusal.error}${Array.isArray(lines) ? ` ${lines.join('; ')}` : ''}`);
}

/** Shows somebody what Slack itself says when the app does not answer well. */
function tell(world: World, channel: Channel | null, user: string, text: string): void {
  world.journal.add(world.clock.now(), { kind: 'told', channel: channel && channelLabel(world, channel), user, text });
}

/** Shows the message in a command's acknowledgement: to this person, or to the channel if it says so. */
export function applyCommandAck(world: World, channel: Channel, user: string, command: string, reply: Reply): void {
  if (reply.fault) {
    const code = reply.fault === 'http_timeout' ? 'operation_timeout' : 'dispatch_failed';
    return tell(world, channel, user, `${command} failed with the error "${code}"`);
  }
  if (reply.body.trim() === '') return;
  const parsed = parseJson(reply.body);
  const body: Json = isObject(parsed) ? parsed : { text: reply.body };
  const content = readContent(world, body);
  if (!content.ok) return complain(world, `the acknowledgement of ${command}`, content);
  if (isEmpty(content)) return;
  const onlyFor = body['response_type'] === 'in_channel' ? null : user;
  post(world, channel, { user: world.seed.app.userId, byApp: true, content, onlyFor });
}

/** Closes, changes or pushes modals, or shows errors at fields, as a submission's acknowledgement says. */
export function applySubmissionAck(world: World, view: View, reply: Reply): void {
  if (reply.fault) return tell(world, null, view.user, 'We had some trouble connecting. Try again?');
  const parsed = parseJson(reply.body);
  const body = isObject(parsed) ? parsed : {};
  switch (stringAt(body, 'response_action')) {
    case '':
      return closeView(view);
    case 'clear':
      return closeAll(world, view.user);
    case 'errors':
      return showErrors(world, view, objectAt(body, 'errors') ?? {});
    case 'update':
      return change(world, view, objectAt(body, 'view') ?? {}, () =>
        updateView(world, view, objectAt(body, 'view') ?? {}),
      );
    case 'push':
      return change(world, null, objectAt(body, 'view') ?? {}, () => push(world, view, objectAt(body, 'view') ?? {}));
    default:
      world.complaints.push(`a submission was acknowledged with the unknown response_action of ${reply.body}`);
      return tell(world, null, view.user, 'We had some trouble connecting. Try again?');
  }
}

function change(world: World, self: View | null, body: Json, perform: () => void): void {
  const refusal = viewRefusal(world, body, 'modal', self);
  if (refusal) complain(world, 'the acknowledgement of a submission', refusal);
  else perform();
}

function push(world: World, below: View, body: Json): void {
  const pushed = openView(world, below.user, body, below);
  if ('ok' in pushed) complain(world, 'the acknowledgement of a submission', pushed);
}

/** Errors are shown at input blocks; one for any other block makes Slack show nothing but a general failure. */
function showErrors(world: World, view: View, errors: Json): void {
  const inputs = objectsAt(view.body, 'blocks').filter((block) => block['type'] === 'input');
  const known = new Set(inputs.map((block) => block['block_id']));
  const stray = Object.keys(errors).filter((id) => !known.has(id));
  if (stray.length > 0 || Object.keys(errors).length === 0) {
    world.complaints.push(`errors were given for blocks that are no inputs: ${stray.join(', ') || 'none at all'}`);
    return tell(world, null, view.user, 'We had some trouble connecting. Try again?');
  }
  const shown = Object.fromEntries(Object.entries(errors).map(([id, text]) => [id, String(text)]));
  world.journal.add(world.clock.now(), { kind: 'refused', view, errors: shown });
}

/** Tells somebody that the app did not answer what they pressed. Does nothing when it did. */
export function tellFailure(world: World, user: string, channel: Channel | null): (reply: Reply) => void {
  return ({ fault }) => {
    if (fault) tell(world, channel, user, 'This app did not respond. Try again?');
  };
}
