/** Channels, people and what hangs on channels, over the simulated Web API. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startSlack, type SlackSandbox } from '../../../sandbox/slack/server.ts';
import { defaultSeed } from '../../../sandbox/slack/workspace/seed.ts';
import { clientOf, refusal } from './apps.ts';

let slack: SlackSandbox;
beforeEach(async () => {
  slack = await startSlack();
});
afterEach(() => slack[Symbol.asyncDispose]());

describe('conversations.create', () => {
  it('makes a channel with the app in it', async () => {
    const { channel } = await clientOf(slack).conversations.create({ name: 'inc-1-checkout' });
    expect(channel).toMatchObject({ name: 'inc-1-checkout', is_member: true, is_channel: true, creator: 'U0VIGIE' });
    expect(slack.channel('#inc-1-checkout').members).toEqual(['U0VIGIE']);
  });

  it.each([
    ['', 'invalid_name_required'],
    ['-_-', 'invalid_name_punctuation'],
    ['Inc-1', 'invalid_name_specials'],
    ['inc 1', 'invalid_name_specials'],
    ['inc.1', 'invalid_name_specials'],
    ['x'.repeat(81), 'invalid_name_maxlength'],
    ['general', 'name_taken'],
  ])('refuses the name "%s" with %s', async (name, error) => {
    expect(await refusal(clientOf(slack).conversations.create({ name }))).toBe(error);
  });

  it('takes eighty characters, and keeps the names of archived channels', async () => {
    const { conversations } = clientOf(slack);
    const name = 'x'.repeat(80);
    const { channel } = await conversations.create({ name });
    await conversations.archive({ channel: channel?.id ?? '' });
    expect(await refusal(conversations.create({ name }))).toBe('name_taken');
  });
});

describe('archiving', () => {
  it('refuses what is archived already, the general channel, and changes afterwards', async () => {
    const { conversations } = clientOf(slack);
    const channel = 'C0INCIDENTS';
    await conversations.archive({ channel });
    expect(await refusal(conversations.archive({ channel }))).toBe('already_archived');
    expect(await refusal(conversations.setTopic({ channel, topic: 'x' }))).toBe('is_archived');
    expect(await refusal(conversations.invite({ channel, users: 'U0ANA' }))).toBe('is_archived');
    await conversations.unarchive({ channel });
    expect(slack.channel(channel).isArchived).toBe(false);
    await conversations.join({ channel: 'C0GENERAL' });
    expect(await refusal(conversations.archive({ channel: 'C0GENERAL' }))).toBe('cant_archive_general');
  });
});

describe('conversations.list', () => {
  it('pages, leaves archived channels out when asked, and shows private ones only to members', async () => {
    const { conversations } = clientOf(slack);
    await conversations.create({ name: 'secret', is_private: true });
    const { channel } = await conversations.create({ name: 'old' });
    await conversations.archive({ channel: channel?.id ?? '' });
    const first = await conversations.list({ limit: 2 });
    expect(first.channels?.map(({ name }) => name)).toEqual(['general', 'incidents']);
    const cursor = first.response_metadata?.next_cursor ?? '';
    expect((await conversations.list({ limit: 2, cursor })).channels?.map(({ name }) => name)).toEqual(['old']);
    const open = await conversations.list({ exclude_archived: true, types: 'public_channel,private_channel' });
    expect(open.channels?.map(({ name }) => name)).toEqual(['general', 'incidents', 'secret']);
    expect(await refusal(conversations.list({ cursor: 'bogus' }))).toBe('invalid_cursor');
  });
});

it('a private channel without the app does not exist for it', async () => {
  const secret = { id: 'C0SECRET', name: 'secret', members: ['U0ANA'], isPrivate: true };
  await using other = await startSlack({ seed: { channels: [...defaultSeed.channels, secret] } });
  const { chat, conversations } = clientOf(other);
  expect(await refusal(conversations.info({ channel: 'C0SECRET' }))).toBe('channel_not_found');
  expect(await refusal(chat.postMessage({ channel: 'C0SECRET', text: 'x' }))).toBe('channel_not_found');
  const { channels } = await conversations.list({ types: 'private_channel' });
  expect(channels).toEqual([]);
  expect(await refusal(conversations.create({ name: 'secret' }))).toBe('name_taken');
});

describe('conversations.invite', () => {
  const channel = 'C0NEW';
  beforeEach(async () => {
    const { conversations } = clientOf(slack);
    await conversations.create({ name: 'new' });
  });
  const id = (): string => slack.channel('new').id;

  it('lets people in, and says of each why not', async () => {
    const { conversations } = clientOf(slack);
    await conversations.invite({ channel: id(), users: 'U0ANA,U0BEN' });
    expect(slack.channel('new').members).toEqual(['U0VIGIE', 'U0ANA', 'U0BEN']);
    expect(await refusal(conversations.invite({ channel: id(), users: 'U0ANA' }))).toBe('already_in_channel');
    expect(await refusal(conversations.invite({ channel: id(), users: 'U0VIGIE' }))).toBe('cant_invite_self');
    expect(await refusal(conversations.invite({ channel: id(), users: 'U0NOBODY' }))).toBe('user_not_found');
    expect(await refusal(conversations.invite({ channel: id(), users: '' }))).toBe('no_user');
    expect(await refusal(conversations.invite({ channel, users: 'U0ANA' }))).toBe('channel_not_found');
    expect(await refusal(conversations.invite({ channel: 'C0GENERAL', users: 'U0ANA' }))).toBe('not_in_channel');
  });

  it('invites nobody when one of several cannot be invited, unless forced', async () => {
    const { conversations } = clientOf(slack);
    const users = 'U0ANA,U0NOBODY';
    expect(await refusal(conversations.invite({ channel: id(), users }))).toBe('user_not_found');
    expect(slack.channel('new').members).toEqual(['U0VIGIE']);
    const forced = await conversations.invite({ channel: id(), users, force: true });
    expect(forced['errors']).toEqual([{ user: 'U0NOBODY', ok: false, error: 'user_not_found' }]);
    expect(slack.channel('new').members).toEqual(['U0VIGIE', 'U0ANA']);
  });

  it('refuses a second channel to single-channel guests, and deactivated people everywhere', async () => {
    const users = [
      ...defaultSeed.users,
      { id: 'U0GUEST', name: 'gus', realName: 'Gus', kind: 'single-channel guest' as const },
      { id: 'U0GONE', name: 'gone', realName: 'Gone', kind: 'person' as const, deleted: true },
    ];
    await using other = await startSlack({ seed: { users } });
    const { conversations } = clientOf(other);
    await conversations.invite({ channel: 'C0INCIDENTS', users: 'U0GUEST' });
    const { channel: second } = await conversations.create({ name: 'second' });
    const into = { channel: second?.id ?? '' };
    expect(await refusal(conversations.invite({ ...into, users: 'U0GUEST' }))).toBe('ura_max_channels');
    expect(await refusal(conversations.invite({ ...into, users: 'U0GONE' }))).toBe('cant_invite');
  });
});

it('topic and purpose take 250 characters and not one more', async () => {
  const { conversations } = clientOf(slack);
  const channel = 'C0INCIDENTS';
  await conversations.setTopic({ channel, topic: 'x'.repeat(250) });
  await conversations.setPurpose({ channel, purpose: 'incident 12' });
  expect(await refusal(conversations.setTopic({ channel, topic: 'x'.repeat(251) }))).toBe('too_long');
  expect(await refusal(conversations.setPurpose({ channel, purpose: 'x'.repeat(251) }))).toBe('too_long');
  const { channel: shown } = await conversations.info({ channel });
  expect(shown).toMatchObject({ purpose: { value: 'incident 12', creator: 'U0VIGIE' } });
});

it('renaming follows the rules of naming', async () => {
  const { conversations } = clientOf(slack);
  const channel = 'C0INCIDENTS';
  expect(await refusal(conversations.rename({ channel, name: 'general' }))).toBe('name_taken');
  await conversations.rename({ channel, name: 'alarms' });
  expect(slack.channel('alarms').id).toBe(channel);
});

it('joining a channel twice is only a warning, and membership can be listed', async () => {
  const { conversations } = clientOf(slack);
  await conversations.join({ channel: 'C0GENERAL' });
  expect((await conversations.join({ channel: 'C0GENERAL' })).warning).toBe('already_in_channel');
  const { members } = await conversations.members({ channel: 'C0GENERAL' });
  expect(members).toEqual(['U0ANA', 'U0BEN', 'U0CHLOE', 'U0VIGIE']);
});

it('conversations.open gives the same direct conversation each time', async () => {
  const { conversations } = clientOf(slack);
  const first = await conversations.open({ users: 'U0ANA' });
  expect((await conversations.open({ users: 'U0ANA' })).channel?.id).toBe(first.channel?.id);
  expect((await conversations.open({ users: 'U0ANA,U0BEN' })).channel?.id).not.toBe(first.channel?.id);
});

it('pins are added once, listed and taken away', async () => {
  const { chat, pins } = clientOf(slack);
  const channel = 'C0INCIDENTS';
  const { ts = '' } = await chat.postMessage({ channel, text: 'card' });
  await pins.add({ channel, timestamp: ts });
  expect(await refusal(pins.add({ channel, timestamp: ts }))).toBe('already_pinned');
  expect(await refusal(pins.add({ channel, timestamp: '1.000001' }))).toBe('message_not_found');
  expect((await pins.list({ channel })).items).toMatchObject([{ message: { ts } }]);
  await pins.remove({ channel, timestamp: ts });
  expect(slack.channel(channel).pins).toEqual([]);
});

it('bookmarks need a link of the web', async () => {
  const { bookmarks } = clientOf(slack);
  const bookmark = { channel_id: 'C0INCIDENTS', title: 'Board', type: 'link' as const };
  await bookmarks.add({ ...bookmark, link: 'https://grafana.example.com/d/1' });
  expect(await refusal(bookmarks.add({ ...bookmark, link: 'ftp://x' }))).toBe('invalid_link');
  expect((await bookmarks.list({ channel_id: 'C0INCIDENTS' })).bookmarks).toMatchObject([{ title: 'Board' }]);
});

it('a reaction counts once for each person', async () => {
  const { chat, reactions } = clientOf(slack);
  const channel = 'C0INCIDENTS';
  const { ts: timestamp = '' } = await chat.postMessage({ channel, text: 'x' });
  await reactions.add({ channel, timestamp, name: 'eyes' });
  expect(await refusal(reactions.add({ channel, timestamp, name: 'eyes' }))).toBe('already_reacted');
  expect(await refusal(reactions.add({ channel, timestamp, name: 'NOT AN EMOJI' }))).toBe('invalid_name');
});

it('people are found by id and e-mail, groups by id', async () => {
  const { users, usergroups } = clientOf(slack);
  expect((await users.lookupByEmail({ email: 'ANA@example.com' })).user?.id).toBe('U0ANA');
  expect(await refusal(users.lookupByEmail({ email: 'nobody@example.com' }))).toBe('users_not_found');
  expect((await users.info({ user: 'U0BEN' })).user?.profile?.email).toBe('ben@example.com');
  expect(await refusal(users.info({ user: 'U0NOBODY' }))).toBe('user_not_found');
  expect((await users.list({ limit: 2 })).members).toHaveLength(2);
  expect((await usergroups.list({ include_users: true })).usergroups?.[0]?.users).toEqual(['U0BEN', 'U0CHLOE']);
  expect((await usergroups.users.list({ usergroup: 'S0ONCALL' })).users).toEqual(['U0BEN', 'U0CHLOE']);
  expect(await refusal(usergroups.users.list({ usergroup: 'S0NONE' }))).toBe('no_such_subteam');
});
