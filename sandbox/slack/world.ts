/** Everything one sandbox knows, in one value that its parts pass around. */

import type { AppLink } from './app/deliver.ts';
import type { CallRecord } from './api/calls.ts';
import type { Clock } from '../clock.ts';
import { createJournal, type Journal } from '../journal.ts';
import { createFaults, type Faults } from './api/faults.ts';
import { createIds, type Ids } from './ids.ts';
import type { Happening } from './story/happening.ts';
import { noLimits, slackLimits, type Limits } from './api/limits.ts';
import type { ResponseUrl } from './app/response-url.ts';
import type { Json } from '../json.ts';
import type { Seed } from './workspace/seed.ts';
import type { Trigger } from './app/triggers.ts';
import { createWorkspace, type Workspace } from './workspace/state.ts';

/** `slack` applies Slack's rate limits, `off` none. */
export type Rates = 'slack' | 'off';

/** The state of a sandbox. A reset makes a new one; only the clock and the link to the app go on. */
export type World = {
  readonly seed: Seed;
  /** Where the sandbox listens, such as `http://127.0.0.1:4000`. */
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly link: AppLink;
  readonly ids: Ids;
  readonly workspace: Workspace;
  readonly journal: Journal<Happening>;
  readonly calls: CallRecord[];
  /** Every event that was sent to the app, as its envelope, oldest first. */
  readonly events: Json[];
  readonly faults: Faults;
  readonly limits: Limits;
  readonly triggers: Map<string, Trigger>;
  readonly responseUrls: Map<string, ResponseUrl>;
  /** What Slack would have shown as an error without any API call being wrong, such as a bad ack. */
  readonly complaints: string[];
};

/** A world in which nothing has happened yet. */
export function createWorld(given: Pick<World, 'seed' | 'baseUrl' | 'clock' | 'link'> & { rates: Rates }): World {
  const { rates, ...rest } = given;
  return {
    ...rest,
    ids: createIds(),
    workspace: createWorkspace(given.seed, given.clock.now()),
    journal: createJournal(),
    calls: [],
    events: [],
    faults: createFaults(),
    limits: rates === 'slack' ? slackLimits(given.clock) : noLimits,
    triggers: new Map(),
    responseUrls: new Map(),
    complaints: [],
  };
}
