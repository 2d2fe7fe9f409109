/** Who we are in Slack: asked once, kept for the next start, so that Vigie starts while Slack is down. */
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { ask } from './faults.ts';

/** Our ids in the one workspace that Vigie serves. */
export interface Identity {
  readonly botId: string;
  readonly botUserId: string;
  readonly teamId: string;
}

/** The identity as it is known so far. */
export interface Self {
  /** What is known without asking; undefined only before the very first answer of Slack. */
  known(): Identity | undefined;
  /** Asks Slack and keeps the answer. */
  learn(): Promise<Identity>;
}

/** Facts that outlive the process. */
export interface Memory {
  recall(name: string): Promise<string | undefined>;
  keep(name: string, value: string): Promise<void>;
}

const name = 'slack.identity';
const kept = z.object({ botId: z.string(), botUserId: z.string(), teamId: z.string() });

/** Recalls who we were last time. */
export async function openSelf(slack: WebClient, memory: Memory): Promise<Self> {
  const recalled = await memory.recall(name);
  let identity = recalled === undefined ? undefined : kept.safeParse(JSON.parse(recalled)).data;
  return {
    known: () => identity,
    async learn() {
      const answer = await ask('asking Slack who we are', () => slack.auth.test());
      const learnt = kept.parse({ botId: answer.bot_id, botUserId: answer.user_id, teamId: answer.team_id });
      identity = learnt;
      await memory.keep(name, JSON.stringify(learnt));
      return learnt;
    },
  };
}
