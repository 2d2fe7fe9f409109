/** Real Bolt apps and Web API clients, pointed at a sandbox by configuration alone. */

import { App, HTTPReceiver, SocketModeReceiver, type Logger, LogLevel } from '@slack/bolt';
import { WebAPIPlatformError, WebClient } from '@slack/web-api';

import type { SlackSandbox } from '../../../sandbox/slack/server.ts';

/** A logger that keeps quiet. */
const quiet: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** A client with the default bot token, which does not try again. */
export function clientOf(slack: Pick<SlackSandbox, 'url'>, token = 'xoxb-sandbox'): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.url,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet,
    timeout: 2000,
  });
}

/** The error code of a call that Slack refuses. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return error.data.error;
    throw error;
  }
  return 'it was not refused';
}

const identity = (slack: SlackSandbox): { token: string; botId: string; botUserId: string } => ({
  token: 'xoxb-sandbox',
  botId: slack.seed.app.botId,
  botUserId: slack.seed.app.userId,
});

/** An app and how to stop it. */
export type RunningApp = AsyncDisposable & { readonly app: App };

/** Starts a Bolt app behind HTTP on any free port and connects the sandbox to it. */
export async function startHttpApp(slack: SlackSandbox, listen: (app: App) => void): Promise<RunningApp> {
  const receiver = new HTTPReceiver({ signingSecret: slack.seed.signingSecret, logger: quiet });
  const clientOptions = { slackApiUrl: slack.url, retryConfig: { retries: 0 } };
  const app = new App({ receiver, ...identity(slack), logger: quiet, clientOptions });
  listen(app);
  const server = await receiver.start(0);
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('starting an app without a port');
  slack.connectApp(`http://127.0.0.1:${address.port}/slack/events`);
  return {
    app,
    async [Symbol.asyncDispose]() {
      await receiver.stop();
    },
  };
}

/** Starts a Bolt app that connects to the sandbox by Socket Mode. */
export async function startSocketApp(slack: SlackSandbox, listen: (app: App) => void): Promise<RunningApp> {
  const clientOptions = { slackApiUrl: slack.url };
  const receiver = new SocketModeReceiver({
    appToken: 'xapp-sandbox',
    logger: quiet,
    clientPingTimeout: 100,
    installerOptions: { clientOptions },
  });
  const app = new App({ receiver, ...identity(slack), logger: quiet, clientOptions });
  listen(app);
  await app.start();
  return {
    app,
    async [Symbol.asyncDispose]() {
      await app.stop();
    },
  };
}
