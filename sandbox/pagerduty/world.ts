/** Everything one sandbox knows, in one value that its parts pass around. */

import type { Clock } from '../clock.ts';
import { createJournal, type Journal } from '../journal.ts';
import type { Json } from '../json.ts';
import { createAccount, type Account } from './account/account.ts';
import type { Seed } from './account/seed.ts';
import type { CallRecord } from './api/calls.ts';
import { createLimits, type Limits, type Rates } from './api/limits.ts';
import { createIds, type Ids } from './ids.ts';
import type { Dropped } from './incidents/events.ts';
import type { Incident } from './incidents/incident.ts';
import type { Happening } from './story/happening.ts';
import { createFaults, type Faults } from './troubles/faults.ts';
import { createHookFaults, type HookFaults } from './troubles/hook-faults.ts';
import type { Attempt } from './webhooks/attempt.ts';
import { createOutbox, type Outbox } from './webhooks/outbox.ts';
import { eventTypes, subscribe, type Subscription } from './webhooks/subscriptions.ts';

/** Where the app is. It outlives resets of the world. */
export type AppLink = {
  /** Where the app takes webhooks; null when nobody has said. */
  url: string | null;
  /** Aborted when the sandbox closes, so that nothing is left waiting. */
  readonly closing: AbortController;
};

/** The state of a sandbox. A reset makes a new one; only the clock and the link to the app go on. */
export type World = {
  readonly seed: Seed;
  readonly clock: Clock;
  readonly link: AppLink;
  /** How long the app has for an answer to a webhook, in real time. */
  readonly hookTimeoutMs: number;
  readonly ids: Ids;
  readonly account: Account;
  /** Oldest first. */
  readonly incidents: Incident[];
  readonly subscriptions: Subscription[];
  readonly outbox: Outbox;
  /** Every attempt to deliver a webhook. */
  readonly deliveries: Attempt[];
  /** Every webhook event, whether anybody heard of it or not. */
  readonly events: Json[];
  readonly dropped: Dropped[];
  readonly journal: Journal<Happening>;
  readonly calls: CallRecord[];
  readonly faults: Faults;
  readonly hookFaults: HookFaults;
  readonly limits: Limits;
  /** What was wrong without PagerDuty having said so. */
  readonly complaints: string[];
};

/** What a world is made of. */
export type Given = Pick<World, 'seed' | 'clock' | 'link' | 'hookTimeoutMs'> & { readonly rates: Rates };

/** Subscribes the app that was given by its URL to everything. */
export function subscribeApp(world: World): void {
  const { url } = world.link;
  if (url === null) return;
  const wanted = { url, description: 'the app', events: eventTypes, headers: [] };
  subscribe(world, { ...wanted, filter: { type: 'account_reference' } }, world.seed.webhookSecret);
}

/** A world in which nothing has happened yet. */
export function createWorld({ rates, ...given }: Given): World {
  const world: World = {
    ...given,
    ids: createIds(),
    account: createAccount(given.seed),
    incidents: [],
    subscriptions: [],
    outbox: createOutbox(() => world),
    deliveries: [],
    events: [],
    dropped: [],
    journal: createJournal(),
    calls: [],
    faults: createFaults(given.clock.now),
    hookFaults: createHookFaults(),
    limits: createLimits(given.clock, rates),
    complaints: [],
  };
  subscribeApp(world);
  return world;
}
