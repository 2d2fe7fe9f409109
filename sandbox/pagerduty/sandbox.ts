/** The sandbox as tests and the demo hold it: what people can do, what can be seen, what can be made to go wrong. */

import type { Clock } from '../clock.ts';
import { untilSeen } from '../journal.ts';
import type { CallRecord } from './api/calls.ts';
import { personOf, serviceOf } from './account/account.ts';
import { stateOf, type ShownIncident, type State } from './state.ts';
import { incidentOf, answerCall, escalate, give, note, rank, turn } from './people/people.ts';
import { findFaults } from './story/clean.ts';
import { transcript, type TranscriptOptions } from './story/transcript.ts';
import type { FaultOrder } from './troubles/faults.ts';
import type { HookFault, HookFaultOrder } from './troubles/hook-faults.ts';
import type { Attempt } from './webhooks/attempt.ts';
import { subscribeApp } from './world.ts';
import type { World } from './world.ts';

/** Which incident: its id, number, key or title. `newest`, the last that was opened, when left out. */
type Which = string | number;

/**
 * People are called by id, email or first name (`ben`), policies, services and schedules by id or name. It throws when
 * they could not do it.
 */
export type Sandbox = {
  readonly clock: Clock;
  /** Where the app takes webhooks; it is subscribed to everything, with the seed's secret. Null takes that back. */
  readonly connectApp: (url: string | null) => void;

  readonly acknowledgeAs: (who: string, incident?: Which) => void;
  /** Takes an acknowledgement back. */
  readonly unacknowledgeAs: (who: string, incident?: Which) => void;
  readonly resolveAs: (who: string, incident?: Which) => void;
  readonly reopenAs: (who: string, incident?: Which) => void;
  /** Gives an incident to a colleague or to a policy. */
  readonly reassign: (who: string, to: string, incident?: Which) => void;
  /** Moves an incident to a level, the next one when null or left out. */
  readonly escalate: (who: string, level?: number | null, incident?: Which) => void;
  readonly note: (who: string, text: string, incident?: Which) => void;
  /** Sets the priority by its name (`P1`); null takes it away. */
  readonly prioritise: (who: string, priority: string | null, incident?: Which) => void;
  /** What somebody says who was asked to help. */
  readonly replyAs: (who: string, state: 'joined' | 'declined', incident?: Which) => void;

  /** Puts somebody on call for a schedule; null leaves a gap. */
  readonly putOnCall: (schedule: string, who: string | null) => void;
  /** A disabled service takes events with 202 and does nothing. */
  readonly setService: (service: string, change: { readonly status: 'active' | 'disabled' }) => void;
  /** From now on events with the old key of this service are refused. Gives the new one. */
  readonly replaceKey: (service: string) => string;
  /** From now on the token is answered with 401. */
  readonly expireToken: (token: string) => void;
  /** Takes an ability from the account, for 402, or gives it. */
  readonly setAbility: (ability: string, has: boolean) => void;
  /** Adds a secret to every subscription; all sign until the old ones are dropped. Gives the new one. */
  readonly rotateSecret: () => string;
  readonly dropOldSecrets: () => void;

  readonly fault: (order: FaultOrder) => void;
  readonly hookFault: (order: HookFaultOrder) => void;
  /** Forgets all faults still to come, those of webhooks too. */
  readonly clearFaults: () => void;
  /** Sends the last webhook once more, or a forgery of it, and says what the app answered. */
  readonly redeliver: (fault?: HookFault) => Promise<Attempt>;
  /** Resolves when no webhook is being sent. Those that wait for their next attempt do not count. */
  readonly idle: () => Promise<void>;
  readonly reset: () => void;

  readonly state: () => State;
  /** One incident with all that belongs to it. Throws when there is none. */
  readonly incident: (incident?: Which) => ShownIncident;
  readonly calls: () => readonly CallRecord[];
  readonly transcript: (options?: TranscriptOptions) => string;
  /** Waits until the check gives something true-ish and returns it. `withinMs` is real time, 3000 when left out. */
  readonly until: <T>(check: () => T | null | undefined | false, withinMs?: number) => Promise<T>;
  /** Throws with a list when the app did what no correct app does. */
  readonly assertClean: () => void;
};

/** What a fresh world is made of after a reset. */
export type Worlds = { readonly current: () => World; readonly reset: () => void };

function changes(current: () => World) {
  return {
    putOnCall(schedule: string, who: string | null): void {
      const { schedules } = current().account;
      const found = [...schedules.values()].find(({ id, name }) => id === schedule || name === schedule);
      if (!found) throw new Error(`there is no schedule "${schedule}" in this account`);
      schedules.set(found.id, { ...found, onCall: who === null ? null : personOf(current(), who).id });
    },
    setService(service: string, { status }: { readonly status: 'active' | 'disabled' }): void {
      const found = serviceOf(current(), service);
      current().account.services.set(found.id, { ...found, status });
    },
    replaceKey(service: string): string {
      const found = serviceOf(current(), service);
      const key = current().ids.hex('routing key');
      current().account.services.set(found.id, { ...found, integration: { ...found.integration, key } });
      return key;
    },
    expireToken(token: string): void {
      const found = current().account.tokens.get(token);
      if (!found) throw new Error(`there is no token ${token}`);
      current().account.tokens.set(token, { ...found, expired: true });
    },
    setAbility(ability: string, has: boolean): void {
      if (has) current().account.abilities.add(ability);
      else current().account.abilities.delete(ability);
    },
    rotateSecret(): string {
      const secret = current().ids.hex('secret');
      for (const each of current().subscriptions) each.secrets = [secret, ...each.secrets];
      return secret;
    },
    dropOldSecrets(): void {
      for (const each of current().subscriptions) each.secrets = each.secrets.slice(0, 1);
    },
  };
}

function connect(world: World, url: string | null): void {
  const { subscriptions, link } = world;
  const old = subscriptions.findIndex((each) => each.url === link.url);
  if (link.url !== null && old >= 0) subscriptions.splice(old, 1);
  link.url = url;
  subscribeApp(world);
}

function incidentIn(world: World, which: Which): ShownIncident {
  const { id } = incidentOf(world, which);
  const found = stateOf(world).incidents.find((each) => each.id === id);
  if (!found) throw new Error(`incident ${id} is not in the state`);
  return found;
}

/** Ties everything people can do to the world as it is at that moment. */
export function createSandbox({ current, reset }: Worlds): Sandbox {
  return {
    ...changes(current),
    clock: current().clock,
    connectApp: (url) => connect(current(), url),
    acknowledgeAs: (who, which = 'newest') => turn(current(), who, 'acknowledged', which),
    unacknowledgeAs: (who, which = 'newest') => turn(current(), who, 'triggered', which),
    resolveAs: (who, which = 'newest') => turn(current(), who, 'resolved', which),
    reopenAs: (who, which = 'newest') => turn(current(), who, 'triggered', which),
    reassign: (who, to, which = 'newest') => give(current(), who, to, which),
    escalate: (who, level = null, which = 'newest') => escalate(current(), who, which, level ?? undefined),
    note: (who, text, which = 'newest') => note(current(), who, text, which),
    prioritise: (who, priority, which = 'newest') => rank(current(), who, priority, which),
    replyAs: (who, state, which = 'newest') => answerCall(current(), who, state, which),
    fault: (order) => current().faults.order(order),
    hookFault: (order) => current().hookFaults.order(order),
    clearFaults() {
      current().faults.clear();
      current().hookFaults.clear();
    },
    redeliver: (fault) => current().outbox.again(fault ?? null),
    idle: () => current().outbox.idle(),
    reset,
    state: () => stateOf(current()),
    incident: (which = 'newest') => incidentIn(current(), which),
    calls: () => current().calls,
    transcript: (options) => transcript(current(), options),
    until(check, withinMs = 3000) {
      const world = current();
      return untilSeen(world.journal, check, withinMs, () => transcript(world));
    },
    assertClean() {
      const faults = findFaults(current());
      if (faults.length > 0) throw new Error(`the app did what no correct app does:\n- ${faults.join('\n- ')}`);
    },
  };
}
