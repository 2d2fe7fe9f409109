/** What a Web API method is, and the checks that most methods begin with. */

import { refuse, refuseBecause } from '../../workspace/content.ts';
import type { Json } from '../../../json.ts';
import type { Tier } from '../limits.ts';
import type { Token } from '../../workspace/seed.ts';
import type { Channel, ChannelKind } from '../../workspace/state.ts';
import type { World } from '../../world.ts';

/** One call that has got past authentication and limits. */
export type Call = { readonly world: World; readonly token: Token; readonly args: Json };

/** What a method answers: `ok: true` and what was asked for, or `ok: false` and an error code. */
export type Answer = Json & { readonly ok: boolean };

/** A Web API method. `auth` is the kind of token it takes. */
export type Method = {
  readonly tier: Tier;
  readonly auth: 'bot' | 'app' | 'none';
  readonly run: (call: Call) => Answer;
};

/** Methods by name. */
export type Methods = { readonly [name: string]: Method };

/** Scopes any one of which is enough; by kind of conversation where Slack tells them apart. */
export type Scopes = string | readonly string[] | { readonly [kind in ChannelKind]: string | readonly string[] };

/** Scope families of the conversations methods. */
export const scopes = {
  read: { public: 'channels:read', private: 'groups:read', im: 'im:read', mpim: 'mpim:read' },
  manage: { public: 'channels:manage', private: 'groups:write', im: 'im:write', mpim: 'mpim:write' },
  invite: { public: ['channels:manage', 'channels:write.invites'], private: 'groups:write', im: [], mpim: [] },
  history: { public: 'channels:history', private: 'groups:history', im: 'im:history', mpim: 'mpim:history' },
} as const;

/** A method that needs one scope, whatever it is called about. An empty scope is none. */
export function method(tier: Tier, scope: Scopes, run: (call: Call) => Answer): Method {
  return { tier, auth: 'bot', run: (call) => missingScope(call, scope, 'public') ?? run(call) };
}

/** How a method about a channel gets at it. */
export type Access = {
  readonly tier: Tier;
  readonly scope: Scopes;
  /** The argument that names the channel; `channel` when left out. */
  readonly argument?: 'channel' | 'channel_id';
  /** The app must be in the channel. */
  readonly member?: boolean;
  /** The channel must not be archived; the error code when it is, usually `is_archived`. */
  readonly open?: string;
};

/** A method about one channel, which is found and checked before `run` sees it. */
export function onChannel(access: Access, run: (call: Call, channel: Channel) => Answer): Method {
  const { tier, scope, argument = 'channel' } = access;
  return {
    tier,
    auth: 'bot',
    run(call) {
      const given = text(call, argument);
      if (given === '') return missingField(argument);
      const channel = call.world.workspace.channels.get(given);
      if (!channel || !mayKnow(call.world, channel)) {
        return missingScope(call, scope, 'public') ?? refuse('channel_not_found');
      }
      const missing = missingScope(call, scope, channel.kind);
      if (missing) return missing;
      if (access.open && channel.isArchived) return refuse(access.open);
      if (access.member && !isMember(call, channel)) return refuse('not_in_channel');
      return run(call, channel);
    },
  };
}

/** Whether the app is in the channel. */
export function isMember({ world }: Call, channel: Channel): boolean {
  return channel.members.includes(world.seed.app.userId);
}

/** Private conversations do not exist for those who are not in them. */
function mayKnow(world: World, channel: Channel): boolean {
  return channel.kind === 'public' || channel.members.includes(world.seed.app.userId);
}

/** Slack's refusal when none of the scopes is there, or null. */
export function missingScope({ token }: Call, scope: Scopes, kind: ChannelKind): Answer | null {
  const wanted = typeof scope === 'string' || isList(scope) ? scope : scope[kind];
  const any = typeof wanted === 'string' ? [wanted] : wanted;
  if (any.length === 0 || any.includes('') || any.some((one) => token.scopes.includes(one))) return null;
  return refuse('missing_scope', { needed: any.join(','), provided: token.scopes.join(',') });
}

function isList(value: Scopes): value is readonly string[] {
  return Array.isArray(value);
}

/** Slack's refusal when a required argument was not given. */
export function missingField(name: string): Answer {
  return refuseBecause('invalid_arguments', [`missing required field: ${name}`]);
}

/** A text argument; empty when absent. Numbers count as text, as they do on a form. */
export function text({ args }: Call, name: string): string {
  const value = args[name];
  return typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '';
}

/** A yes-or-no argument. */
export function flag({ args }: Call, name: string): boolean {
  const value = args[name];
  return value === true || value === 'true' || value === '1' || value === 1;
}

/** A list argument: a real list, or texts joined by commas. */
export function words(call: Call, name: string): readonly string[] {
  const value = call.args[name];
  const list = Array.isArray(value) ? value.map(String) : text(call, name).split(',');
  return list.map((word) => word.trim()).filter((word) => word !== '');
}
