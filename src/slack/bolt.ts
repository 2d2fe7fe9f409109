/** Bolt, built so that it starts while Slack is down and acknowledges only what listeners have finished. */
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { Logger, Receiver } from '@slack/bolt';
import type { FetchFunction } from '@slack/web-api';
import type { BaseLogger } from 'pino';
import { explain } from '../incident/fault.ts';
import { guard } from './guard.ts';
import type { Self } from './identity.ts';
import type { InFlight } from './inflight.ts';

/** The one path on which Slack calls us. */
export const endpoint = '/slack/events';

/**
 * Receives signed HTTP requests; mounted in a server of ours, it opens none of its own. `processBeforeResponse` holds
 * the reply until the listeners end: what is acknowledged is recorded.
 */
export const httpReceiver = (signingSecret: string, logger: Logger): HTTPReceiver =>
  new HTTPReceiver({ signingSecret, logger, endpoints: [endpoint], processBeforeResponse: true });

/** Receives over an outgoing socket. */
export const socketReceiver = (appToken: string, slackApiUrl: string, logger: Logger): SocketModeReceiver =>
  new SocketModeReceiver({ appToken, logger, installerOptions: { clientOptions: { slackApiUrl } } });

/** Answers at response URLs must not outlast the moment: a late one could draw an old state over a new one. */
const respondWithin: FetchFunction = (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(3000) });

/**
 * The app. `authorize` answers from memory and gives Bolt no token: our own clients make the calls, and Bolt, which
 * would ask Slack who we are before anything else, asks nothing.
 */
export function buildApp(receiver: Receiver, self: Self, inFlight: InFlight, logger: Logger, log: BaseLogger): App {
  const app = new App({
    receiver,
    logger,
    authorize: async () => ({ ...self.known() }),
    convoStore: false,
    clientOptions: { fetch: respondWithin },
  });
  app.use(guard(inFlight, log));
  // What faults outside of any listener; somebody's listener answers for itself.
  app.error(async (error) => log.error({ fault: explain(error) }, 'receiving from Slack'));
  return app;
}
