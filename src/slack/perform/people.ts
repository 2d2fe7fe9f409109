/** Lets people into an incident's channel: its responders, and the user group of its service. */
import { WebAPIPlatformError } from '@slack/web-api';
import { z } from 'zod';
import type { Work } from '../../incident/contracts.ts';
import { ask, codeOf, faultOf } from '../faults.ts';
import { person, rich, row, said, words } from '../views/rich.ts';
import { isSlackUser } from '../views/text.ts';
import type { Message } from '../views/text.ts';
import { postOnce } from './post.ts';
import { once } from './stage.ts';
import type { Stage } from './stage.ts';

/** Slack takes this many in one call. */
const batch = 100;

/** Invites every responder who was not invited yet. Who has left since is not dragged in again. */
export async function inviteResponders(stage: Stage, work: Work, channel: string): Promise<void> {
  for (const { id } of work.incident.responders) {
    if (isSlackUser(id)) await once(work, `invited:${id}`, () => invite(stage, work, channel, id, [id]));
  }
}

/** Invites the members of the service's user group, once. */
export async function inviteGroup(stage: Stage, work: Work, channel: string): Promise<void> {
  const group = stage.teamOf(work.incident.service).group;
  if (group === null) return;
  await once(work, `invited:${group}`, async () => {
    const doing = `reading the members of ${group} for incident ${work.incident.number}`;
    const { users = [] } = await ask(doing, () => stage.slack.usergroups.users.list({ usergroup: group }));
    const { botUserId } = stage.self.known() ?? (await stage.self.learn());
    return invite(
      stage,
      work,
      channel,
      group,
      users.filter((id) => id !== botUserId),
    );
  });
}

/** Somebody who could not be invited. */
interface Left {
  readonly user: string;
  readonly error: string;
}

/** Invites people and tells the channel who could not be. Answers how many are left out, as a place for a receipt. */
async function invite(
  stage: Stage,
  work: Work,
  channel: string,
  whose: string,
  users: readonly string[],
): Promise<string> {
  const left: Left[] = [];
  for (let from = 0; from < users.length; from += batch) {
    work.signal.throwIfAborted();
    left.push(...(await inviteSome(stage, work, channel, users.slice(from, from + batch))));
  }
  const unwelcome = left.filter(({ error }) => error !== 'already_in_channel' && error !== 'cant_invite_self');
  if (unwelcome.length > 0) {
    const posting = {
      what: 'a note about invitations',
      purpose: `uninvited:${whose}`,
      channel,
      thread: null,
      broadcast: false,
    };
    await postOnce(stage, work, { ...posting, draw: () => uninvited(unwelcome) });
  }
  return `${users.length - unwelcome.length} of ${users.length}`;
}

/** Codes that are about a person; all others are about the call. */
const personal: ReadonlySet<string> = new Set([
  ...['already_in_channel', 'cant_invite_self', 'cant_invite', 'user_not_found', 'no_user', 'users_not_found'],
  ...[
    'user_is_restricted',
    'user_is_ultra_restricted',
    'ura_max_channels',
    'user_team_not_in_channel',
    'user_disabled',
  ],
]);
const listed = z.object({ errors: z.array(z.object({ user: z.string(), error: z.string() })).default([]) });

async function inviteSome(
  { slack }: Stage,
  work: Work,
  channel: string,
  users: readonly string[],
): Promise<readonly Left[]> {
  try {
    // `force` lets the others in when some can't be (https://docs.slack.dev/reference/methods/conversations.invite).
    const answer = await slack.conversations.invite({ channel, users: users.join(','), force: users.length > 1 });
    return listed.parse(answer).errors;
  } catch (error) {
    const code = codeOf(error) ?? '';
    const each = error instanceof WebAPIPlatformError ? listed.safeParse(error.data).data?.errors : undefined;
    if (personal.has(code))
      return each !== undefined && each.length > 0 ? each : users.map((user) => ({ user, error: code }));
    throw faultOf(`inviting people to incident ${work.incident.number}`, error);
  }
}

function uninvited(left: readonly Left[]): Message {
  const some = left.slice(0, 10).flatMap(({ user, error }) => {
    return [
      words(' '),
      person({ id: user, name: user }),
      words(' ('),
      said(error.replaceAll('_', ' '), 80),
      words(')'),
    ];
  });
  const more = left.length > 10 ? [words(` and ${left.length - 10} more`)] : [];
  return {
    text: 'Some people could not be invited',
    blocks: [rich(row(words('Could not be invited:'), ...some, ...more))],
  };
}
