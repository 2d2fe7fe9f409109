/**
 * The postman: takes PagerDuty's webhooks and hands each to a bot, again until one takes it, as PagerDuty would over hours;
 * now and then once more, as it does when an answer was lost. What came to a bot, and how it answered, is kept.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { chooseBot } from '../bot.ts';
import type { Bot } from '../bot.ts';
import type { Chance } from '../chance.ts';

/** A webhook as PagerDuty sent it. */
export interface Told {
  /** Of the event. */
  readonly id: string;
  /** When it happened. */
  readonly occurred: number;
  /** When a bot had taken it. */
  readonly at: number;
  readonly type: string;
  /** PagerDuty's id of the user who did it; null for anybody else. */
  readonly user: string | null;
  /** PagerDuty's id of the incident. */
  readonly incident: string;
  /** What bots answered, in their order; 0 for no answer. */
  readonly answers: readonly number[];
}

/** A postman at work. */
export interface Postman extends AsyncDisposable {
  /** Where PagerDuty sends its webhooks. */
  readonly url: string;
  readonly told: readonly Told[];
  /** What is wrong with the postman himself: a run in which he stumbled shows nothing. */
  readonly stumbled: readonly unknown[];
  /** Whom to hand them to; until then they wait. */
  readonly serve: (bots: readonly Bot[]) => void;
}

const event = z.object({
  event: z.object({
    id: z.string(),
    event_type: z.string(),
    occurred_at: z.string(),
    agent: z.object({ id: z.string(), type: z.string() }).nullable(),
    // Of notes and responders it is another thing, which names its incident.
    data: z.object({ id: z.string().optional(), incident: z.object({ id: z.string() }).optional() }),
  }),
});

/** PagerDuty waits 5 s for an answer. */
const patience = 5_000;

/** How often a webhook comes again although it was taken. */
const again = 0.25;

/** Starts it on a free port. */
export async function hirePostman(chance: Chance): Promise<Postman> {
  const told: Told[] = [];
  const stumbled: unknown[] = [];
  let bots: readonly Bot[] = [];
  const closing = new AbortController();
  const { signal } = closing;
  const attempt = async (body: string, headers: Record<string, string>): Promise<number> => {
    if (bots.length === 0) return 0;
    const url = `${chooseBot(bots, chance).publicUrl}/pagerduty/webhooks`;
    const limit = AbortSignal.any([AbortSignal.timeout(patience), signal]);
    try {
      const answer = await fetch(url, { method: 'POST', body, headers, signal: limit });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  };
  const deliver = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(request);
    const headers = headersOf(request);
    const answers: number[] = [];
    for (;;) {
      const status = await attempt(body, headers);
      answers.push(status);
      if (status >= 200 && status < 500 && status !== 429) break;
      await pause(chance.between(50, 400), undefined, { signal });
    }
    if (chance.happens(again)) answers.push(await attempt(body, headers));
    told.push({ ...read(body), at: Date.now(), answers });
    response.writeHead(answers.find((status) => status >= 200 && status !== 429 && status < 500) ?? 503).end();
  };
  const server = createServer((request, response) => {
    deliver(request, response).catch((error: unknown) => {
      if (!signal.aborted) stumbled.push(error);
      request.socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('hiring a postman without a port');
  return {
    url: `http://127.0.0.1:${address.port}/pagerduty/webhooks`,
    ...{ told, stumbled },
    serve: (all) => void (bots = all),
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function read(body: string): Omit<Told, 'at' | 'answers'> {
  const { id, event_type: type, occurred_at: occurred, agent, data } = event.parse(JSON.parse(body)).event;
  const user = agent?.type.startsWith('user') === true ? agent.id : null;
  return { id, occurred: Date.parse(occurred), type, user, incident: data.incident?.id ?? data.id ?? '' };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Everything that PagerDuty says of itself and of its signature. */
const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      /^(?:content-type|user-agent|x-)/.test(name) && typeof value === 'string' ? [[name, value]] : [],
    ),
  );
