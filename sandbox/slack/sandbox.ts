/** The sandbox as tests and the demo hold it: what people can do, what can be seen, what can be made to go wrong. */

import { findChannel } from './workspace/channels.ts';
import { callCounts, type CallRecord } from './api/calls.ts';
import { findFaults } from './story/clean.ts';
import type { Clock } from '../clock.ts';
import { untilSeen } from '../journal.ts';
import { emit, redeliver } from './app/events.ts';
import type { FaultOrder } from './api/faults.ts';
import * as forms from './people/forms.ts';
import type { Place } from './people/look.ts';
import { choose, click, suggest, type Pointing } from './people/press.ts';
import type { Json } from '../json.ts';
import type { Outcome, Sending } from './people/outcome.ts';
import * as talk from './people/talk.ts';
import type { DisconnectReason } from './app/socket.ts';
import { transcript, type TranscriptOptions } from './story/transcript.ts';
import type { Entered } from './workspace/values.ts';
import type { Channel, Message, View } from './workspace/state.ts';
import type { World } from './world.ts';

/** Everything about a workspace as JSON. */
export type State = {
  readonly team: Json;
  readonly users: readonly Json[];
  readonly userGroups: readonly Json[];
  readonly channels: readonly Channel[];
  readonly views: readonly View[];
  readonly calls: { readonly [method: string]: number };
  readonly complaints: readonly string[];
  readonly eventsUrl: string | null;
  readonly sockets: number;
  readonly now: number;
};

/**
 * What people do takes their id or name (`ana`), a channel's id or name (`#incidents`), and a message's `ts` or
 * `newest` for the newest message that shows the element. It throws when the person could not do it.
 */
export type Sandbox = {
  readonly clock: Clock;
  /** The URL of the app's endpoint; null sends everything over Socket Mode. */
  readonly connectApp: (eventsUrl: string | null) => void;

  readonly command: (who: string, channel: string, line: string, sending?: Sending) => Promise<Outcome>;
  readonly click: (who: string, channel: string, ts: string, action: string, pointing?: Pointing) => Promise<Outcome>;
  readonly clickInView: (who: string, view: string, action: string, pointing?: Pointing) => Promise<Outcome>;
  readonly selectOption: (
    who: string,
    channel: string,
    ts: string,
    action: string,
    value: Entered,
    pointing?: Pointing,
  ) => Promise<Outcome>;
  readonly selectInView: (
    who: string,
    view: string,
    action: string,
    value: Entered,
    pointing?: Pointing,
  ) => Promise<Outcome>;
  readonly submit: (
    who: string,
    view: string,
    values: { readonly [field: string]: Entered },
    sending?: Sending,
  ) => Promise<Outcome>;
  /** Null when the view did not ask to be told. */
  readonly closeView: (who: string, view: string, sending?: Sending) => Promise<Outcome | null>;
  readonly shortcut: (who: string, callbackId: string, sending?: Sending) => Promise<Outcome>;
  readonly messageShortcut: (
    who: string,
    channel: string,
    ts: string,
    callbackId: string,
    sending?: Sending,
  ) => Promise<Outcome>;
  readonly suggest: (who: string, view: string, action: string, typed: string) => Promise<Outcome>;
  readonly say: (who: string, channel: string, text: string, threadTs?: string) => Message;
  readonly mention: (who: string, channel: string, text: string, threadTs?: string) => Message;
  readonly react: (who: string, channel: string, ts: string, emoji: string) => void;
  readonly join: (who: string, channel: string) => void;
  readonly archive: (who: string, channel: string, archived?: boolean) => void;
  readonly openHome: (who: string) => void;
  /** Delivers any inner event, such as `{ type: 'tokens_revoked', … }`, when it is subscribed. */
  readonly sendEvent: (event: Json) => void;
  /** Delivers the last event once more, with the same `event_id`. */
  readonly redeliver: () => Promise<void>;

  readonly fault: (order: FaultOrder) => void;
  readonly clearFaults: () => void;
  readonly disconnectSockets: (reason?: DisconnectReason) => void;
  readonly reset: () => void;

  readonly state: () => State;
  readonly calls: () => readonly CallRecord[];
  readonly transcript: (options?: TranscriptOptions) => string;
  /** The channel with this id or name. Throws when there is none. */
  readonly channel: (idOrName: string) => Channel;
  /** The newest message of a channel, ephemeral ones not counted. Throws when there is none. */
  readonly newest: (channel: string) => Message;
  /** Waits until the check gives something true-ish and returns it. `withinMs` is real time, 3000 when left out. */
  readonly until: <T>(check: () => T | null | undefined | false, withinMs?: number) => Promise<T>;
  /** Throws with a list when the app did what no correct app does. */
  readonly assertClean: () => void;
};

/** What a fresh world is made of after a reset. */
export type Worlds = { readonly current: () => World; readonly reset: () => void };

function stateOf(world: World): State {
  const { users, userGroups, channels, views } = world.workspace;
  return {
    team: world.seed.team,
    users,
    userGroups,
    channels: [...channels.values()],
    views: [...views.values()],
    calls: callCounts(world.calls),
    complaints: world.complaints,
    eventsUrl: world.link.eventsUrl,
    sockets: world.link.sockets.connected(),
    now: world.clock.now(),
  };
}

function channelOf(world: World, idOrName: string): Channel {
  const channel = findChannel(world, idOrName);
  if (!channel) throw new Error(`there is no channel "${idOrName}" in this workspace`);
  return channel;
}

function newestIn(world: World, where: string): Message {
  const message = channelOf(world, where).messages.findLast(({ subtype }) => subtype === null);
  if (!message) throw new Error(`nobody has said anything in ${where}`);
  return message;
}

function assertClean(world: World): void {
  const faults = findFaults(world);
  if (faults.length > 0) throw new Error(`the app did what no correct app does:\n- ${faults.join('\n- ')}`);
}

/** Ties everything people can do to the world as it is at that moment. */
export function createSandbox(worlds: Worlds): Sandbox {
  const { current } = worlds;
  const inMessage = (channel: string, message: string): Place => ({ channel, message });
  return {
    clock: current().clock,
    connectApp: (url) => void (current().link.eventsUrl = url),
    command: (...given) => talk.command(current(), ...given),
    click: (who, channel, ts, ...rest) => click(current(), who, inMessage(channel, ts), ...rest),
    clickInView: (who, view, ...rest) => click(current(), who, { view }, ...rest),
    selectOption: (who, channel, ts, ...rest) => choose(current(), who, inMessage(channel, ts), ...rest),
    selectInView: (who, view, ...rest) => choose(current(), who, { view }, ...rest),
    submit: (...given) => forms.submit(current(), ...given),
    closeView: (...given) => forms.dismiss(current(), ...given),
    shortcut: (who, callback, sending) => forms.shortcut(current(), who, callback, null, sending),
    messageShortcut: (who, channel, message, callback, sending) =>
      forms.shortcut(current(), who, callback, { channel, message }, sending),
    suggest: (...given) => suggest(current(), ...given),
    say: (...given) => talk.say(current(), ...given),
    mention: (...given) => talk.mention(current(), ...given),
    react: (...given) => talk.react(current(), ...given),
    join: (...given) => talk.join(current(), ...given),
    archive: (...given) => talk.archive(current(), ...given),
    openHome: (who) => talk.openHome(current(), who),
    sendEvent: (event) => emit(current(), event),
    redeliver: () => redeliver(current()),
    fault: (order) => current().faults.order(order),
    clearFaults: () => current().faults.clear(),
    disconnectSockets: (reason = 'refresh_requested') => current().link.sockets.disconnect(reason),
    reset: worlds.reset,
    state: () => stateOf(current()),
    calls: () => current().calls,
    transcript: (options) => transcript(current(), options),
    channel: (where) => channelOf(current(), where),
    newest: (where) => newestIn(current(), where),
    until(check, withinMs = 3000) {
      const world = current();
      return untilSeen(world.journal, check, withinMs, () => transcript(world));
    },
    assertClean: () => assertClean(current()),
  };
}
