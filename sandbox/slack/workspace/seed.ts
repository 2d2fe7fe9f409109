/** The workspace a sandbox starts with: team, app, people, groups, channels and tokens. */

/** Somebody with an account. Guests are Slack's multi-channel and single-channel guests; bots are not people. */
export type UserSeed = {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  /** Bots have none. */
  readonly email?: string;
  readonly kind: 'person' | 'guest' | 'single-channel guest' | 'bot';
  /** Whether the account has been deactivated. */
  readonly deleted?: boolean;
  /** Whether nobody has confirmed the address yet. */
  readonly unconfirmed?: boolean;
  /** The id of another workspace, for people who are here through a shared channel. */
  readonly team?: string;
};

/** A channel that exists from the start. `#general` cannot be archived. */
export type ChannelSeed = {
  readonly id: string;
  readonly name: string;
  /** User ids. */
  readonly members: readonly string[];
  readonly isPrivate?: boolean;
  readonly isGeneral?: boolean;
  readonly isArchived?: boolean;
};

/** A user group such as `@oncall`. */
export type UserGroupSeed = {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
};

/** A token and what it may do. `app` tokens open Socket Mode and nothing else. */
export type Token = {
  readonly token: string;
  readonly kind: 'bot' | 'app';
  readonly scopes: readonly string[];
  readonly revoked?: boolean;
};

/** Everything a sandbox starts with. */
export type Seed = {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  /** The one installed app, and its bot user, which must be among the users. */
  readonly app: { readonly id: string; readonly botId: string; readonly userId: string };
  readonly users: readonly UserSeed[];
  readonly userGroups: readonly UserGroupSeed[];
  readonly channels: readonly ChannelSeed[];
  readonly tokens: readonly Token[];
  readonly signingSecret: string;
  /** Subscribed bot events, by their names in an app manifest (`message.channels`, not `message`). */
  readonly events: readonly string[];
};

/**
 * Every bot scope the simulated methods may ask for, except `chat:write.public`, so that posting without
 * membership is refused. Give a token fewer scopes to see `missing_scope`.
 */
export const defaultScopes: readonly string[] = [
  ...['app_mentions:read', 'bookmarks:read', 'bookmarks:write', 'channels:history', 'channels:join'],
  ...['channels:manage', 'channels:read', 'chat:write', 'commands', 'groups:history', 'groups:read', 'groups:write'],
  ...['im:history', 'im:read', 'im:write', 'mpim:write', 'pins:read', 'pins:write', 'reactions:read'],
  ...['reactions:write', 'usergroups:read', 'users:read', 'users:read.email'],
];

/** The subscriptions an incident bot usually has. `message.channels` and its like are left out: they are many. */
export const defaultEvents: readonly string[] = [
  ...['app_home_opened', 'app_mention', 'app_uninstalled', 'channel_archive', 'channel_deleted', 'channel_rename'],
  ...['channel_unarchive', 'member_joined_channel', 'member_left_channel', 'reaction_added', 'reaction_removed'],
  'tokens_revoked',
];

const everybody = ['U0ANA', 'U0BEN', 'U0CHLOE'];

/** Three colleagues, two channels and one bot, which somebody has invited to #incidents but not to #general. */
export const defaultSeed: Seed = {
  team: { id: 'T0SANDBOX', name: 'Sandbox', domain: 'sandbox' },
  app: { id: 'A0VIGIE', botId: 'B0VIGIE', userId: 'U0VIGIE' },
  users: [
    { id: 'U0ANA', name: 'ana', realName: 'Ana Alves', email: 'ana@example.com', kind: 'person' },
    { id: 'U0BEN', name: 'ben', realName: 'Ben Brandt', email: 'ben@example.com', kind: 'person' },
    { id: 'U0CHLOE', name: 'chloe', realName: 'Chloé Colin', email: 'chloe@example.com', kind: 'person' },
    { id: 'U0VIGIE', name: 'vigie', realName: 'Vigie', kind: 'bot' },
  ],
  userGroups: [{ id: 'S0ONCALL', handle: 'oncall', name: 'On call', users: ['U0BEN', 'U0CHLOE'] }],
  channels: [
    { id: 'C0GENERAL', name: 'general', members: everybody, isGeneral: true },
    { id: 'C0INCIDENTS', name: 'incidents', members: [...everybody, 'U0VIGIE'] },
  ],
  tokens: [
    { token: 'xoxb-sandbox', kind: 'bot', scopes: defaultScopes },
    { token: 'xapp-sandbox', kind: 'app', scopes: ['connections:write'] },
  ],
  signingSecret: 'sandbox-signing-secret',
  events: defaultEvents,
};
