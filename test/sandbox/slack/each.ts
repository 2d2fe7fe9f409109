/** What tests of presses, commands and the like begin with: a fresh workspace, and a Bolt app once there is one to serve. */

import type { App } from '@slack/bolt';
import { afterEach, beforeEach } from 'vitest';

import { startSlack, type SlackSandbox } from '../../../sandbox/slack/server.ts';
import { startHttpApp, type RunningApp } from './apps.ts';

/** What a test does with its app. */
export type Apps = {
  /** Starts the app of this test. */
  readonly serve: (listen: (app: App) => void) => Promise<void>;
  /** The client of the app that was started. */
  readonly client: () => App['client'];
};

/** Starts a workspace for every test of a file and hands it over; it ends after the test, and its app before it. */
export function workspaceForEachTest(handOver: (fresh: SlackSandbox) => void): Apps {
  let slack: SlackSandbox;
  let running: RunningApp | null = null;
  beforeEach(async () => {
    slack = await startSlack();
    handOver(slack);
  });
  afterEach(async () => {
    await running?.[Symbol.asyncDispose]();
    running = null;
    await slack[Symbol.asyncDispose]();
  });
  return {
    async serve(listen) {
      running = await startHttpApp(slack, listen);
    },
    client() {
      if (!running) throw new Error('this test has not started an app yet');
      return running.app.client;
    },
  };
}
