/** The Slack room, put together: listens to people, performs effects, and survives Slack being away. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SocketModeReceiver } from '@slack/bolt';
import type { FastifyInstance } from 'fastify';
import type { BaseLogger } from 'pino';
import type { Perform, RecordDeed } from '../incident/contracts.ts';
import type { Facts } from '../incident/facts.ts';
import { explain } from '../incident/fault.ts';
import type { Duration, Instant } from '../incident/incident.ts';
import type { Runbook } from '../runbook/runbook.ts';
import { askWhoActs } from './actor.ts';
import { buildApp, httpReceiver, socketReceiver } from './bolt.ts';
import { backgroundClient, interactiveClient } from './clients.ts';
import { openSelf } from './identity.ts';
import type { Memory } from './identity.ts';
import { openInFlight } from './inflight.ts';
import type { InFlight } from './inflight.ts';
import type { Desk, Reads, SwitchAutomation } from './listeners/desk.ts';
import { listen } from './listeners/listeners.ts';
import { slackLogger } from './logger.ts';
import { mountReceiver } from './mount.ts';
import { personByEmail, whoIsOnCall } from './people.ts';
import { performSlack } from './perform/perform.ts';
import type { OnDuty, Team } from './perform/stage.ts';
import { until } from './until.ts';

/** A secret that is read at the point of use. */
interface Secret {
  readonly reveal: () => string;
}

/** Where Slack is and what opens it. */
export type Settings = {
  /** `https://slack.com/api/`, or a stand-in for it. */
  readonly api: string;
  readonly botToken: Secret;
  /** The id of the announcement channel. */
  readonly announce: string;
  /** Slack user id by e-mail address in lower case, for people whose addresses differ. */
  readonly people: Readonly<Record<string, string>>;
} & (
  | { readonly mode: 'http'; readonly signingSecret: Secret }
  | { readonly mode: 'socket'; readonly appToken: Secret }
);

/** What the room is handed. */
export interface SlackParts extends Memory {
  readonly settings: Settings;
  /** Has a deadline of its own, well within Slack's three seconds. */
  readonly record: RecordDeed;
  readonly read: Reads;
  /** A service's own channel, and the user group whose members are invited to its incidents; ids, or null. */
  teamOf(service: string | null): Team;
  /** Who is on call for a service, as PagerDuty knows them. */
  onCall(service: string | null): Promise<readonly OnDuty[]>;
  /** What this Vigie can do and who may do it, by its configuration. */
  readonly facts: Facts;
  /** The runbooks that people may choose and start. */
  readonly library: () => readonly Runbook[];
  readonly switchAutomation: SwitchAutomation;
  readonly clock: () => Instant;
  readonly log: BaseLogger;
}

/** The room. */
export interface SlackRoom {
  readonly perform: Perform;
  /** Adds the endpoint to a server; absent in socket mode. */
  readonly mount?: (fastify: FastifyInstance) => Promise<void>;
  /** Who has this address; null for nobody of this workspace. */
  personOf(email: string): Promise<{ readonly id: string } | null>;
  /** Begins to listen; waits a moment for Slack, but not for long. */
  start(): Promise<void>;
  /** Takes nothing in any more and waits for what runs, at most `grace`. */
  stop(grace: Duration): Promise<void>;
}

/** How long starting waits for Slack to say who we are. */
const patience: Duration = 2000;

/** Opens the room. Slack need not answer; the memory must. */
export async function openSlack(parts: SlackParts): Promise<SlackRoom> {
  const { settings, clock, log, record, read, facts, library } = parts;
  const logger = slackLogger(log);
  const access = { token: () => settings.botToken.reveal(), apiUrl: settings.api, log: logger };
  const slack = interactiveClient(access);
  const self = await openSelf(slack, parts);
  const inFlight = openInFlight();
  const stopped = new AbortController();
  const receiver =
    settings.mode === 'http'
      ? httpReceiver(settings.signingSecret.reveal(), logger)
      : socketReceiver(settings.appToken.reveal(), settings.api, logger);
  const later = openLater(inFlight, log);
  const actorOf = askWhoActs({ slack, self, access: facts.access, clock, log });
  const { switchAutomation } = parts;
  const { announce } = settings;
  const onCall: Desk['onCall'] = (service) =>
    whoIsOnCall({ slack, people: settings.people, onCall: (of) => parts.onCall(of) }, service);
  const desk: Desk = {
    ...{ record, read, facts, library, slack, self, actorOf, clock, onCall, later, switchAutomation, announce },
  };
  listen(buildApp(receiver, self, inFlight, logger, log), desk);
  const background = backgroundClient(access);
  const room = {
    personOf: (email) => personByEmail({ slack: background, people: settings.people }, email),
    perform: performSlack({
      slack: background,
      self,
      log,
      announce: settings.announce,
      teamOf: (service) => parts.teamOf(service),
      onCall: (service) => parts.onCall(service),
      people: settings.people,
      facts,
      statsOf: (runbook) => read.statsOf(runbook),
    }),
    async start() {
      const opened = [until('asking Slack who we are', () => self.learn(), log, stopped.signal)];
      if (receiver instanceof SocketModeReceiver) {
        opened.push(until('opening the socket to Slack', () => receiver.start(), log, stopped.signal));
      }
      await Promise.race([Promise.all(opened), sleep(patience, undefined, { ref: false })]);
    },
    async stop(grace: Duration) {
      stopped.abort();
      if (receiver instanceof SocketModeReceiver) await receiver.stop();
      await inFlight.idle(grace);
    },
  } satisfies SlackRoom;
  if (receiver instanceof SocketModeReceiver) return room;
  return { ...room, mount: (fastify) => mountReceiver(fastify, receiver, clock) };
}

/** Courtesies run beside the answer; what fails is logged, and told in another way where there is one. */
const openLater =
  (inFlight: InFlight, log: BaseLogger): Desk['later'] =>
  (doing, courtesy, otherwise) => {
    const failed = (error: unknown): void => log.warn({ fault: explain(error) }, doing);
    void inFlight.run(() =>
      courtesy()
        .catch((error: unknown) => {
          failed(error);
          return otherwise?.();
        })
        .catch(failed),
    );
  };
