/** The manifest agrees with the code: what is listened to, and the scopes of what is called. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../manifest.json' with { type: 'json' };
import { command, eventNames, shortcutIds } from '../../src/slack/ids.ts';
import { endpoint } from '../../src/slack/bolt.ts';

const root = join(import.meta.dirname, '..', '..');

/** The bot scope that each method needs in a public channel (https://docs.slack.dev/reference/methods, May 2026). */
const scopeOf: Readonly<Record<string, string | null>> = {
  'auth.test': null,
  'bookmarks.add': 'bookmarks:write',
  'bookmarks.list': 'bookmarks:read',
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'conversations.create': 'channels:manage',
  'conversations.history': 'channels:history',
  'conversations.invite': 'channels:manage',
  'conversations.list': 'channels:read',
  'conversations.replies': 'channels:history',
  'conversations.setPurpose': 'channels:manage',
  'conversations.setTopic': 'channels:manage',
  'pins.add': 'pins:write',
  'usergroups.users.list': 'usergroups:read',
  'users.info': 'users:read',
  'users.lookupByEmail': 'users:read.email',
  'views.open': null,
};

/** Methods that the sources call: `slack.chat.update(`, and `{ postMessage } = slack.chat`. */
const called = globSync('src/slack/**/*.ts', { cwd: root })
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .flatMap((text) => [
    ...[...text.matchAll(/\bslack\.((?:\w+\.)+\w+)\(/g)].map(([, method]) => method ?? ''),
    ...[...text.matchAll(/\{ (\w+) \} = slack\.(\w+)/g)].map(([, method, family]) => `${family}.${method}`),
  ]);

describe('the manifest', () => {
  it('asks for the scopes of the methods that are called, and for no others', () => {
    expect([...new Set(called)].toSorted()).toEqual(Object.keys(scopeOf));
    const needed = Object.values(scopeOf).filter((scope) => scope !== null);
    // Without it, `users.info` leaves out the address by which the configuration may name people.
    const more = ['commands', 'users:read.email'];
    expect(manifest.oauth_config.scopes.bot).toEqual([...new Set([...needed, ...more])].toSorted());
  });

  it('names the command, shortcuts and events that are listened to', () => {
    expect(manifest.features.slash_commands.map(({ command: name }) => name)).toEqual([command]);
    expect('shortcuts' in manifest.features).toBe(shortcutIds.length > 0);
    expect('event_subscriptions' in manifest.settings).toBe(eventNames.length > 0);
  });

  it('sends everything to the one endpoint', () => {
    const url = `https://vigie.example.com${endpoint}`;
    expect(manifest.settings.interactivity).toEqual({ is_enabled: true, request_url: url });
    expect(manifest.features.slash_commands.map((each) => each.url)).toEqual([url]);
  });

  it("keeps Slack's limits", () => {
    const [slash] = manifest.features.slash_commands;
    expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
    expect(manifest.display_information.description.length).toBeLessThanOrEqual(140);
    expect(slash?.command.length).toBeLessThanOrEqual(32);
  });
});
