/** Replays recorded Alertmanager requests against a running Vigie: `npm run vigie -- fire <capture.json>`. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { clip } from '../incident/alerts.ts';
import { explain } from '../incident/fault.ts';
import type { Duration, Instant } from '../incident/incident.ts';

/** A capture file, as test/fixtures/alertmanager/README.md describes it. */
const capture = z.object({
  requests: z.array(
    z.object({
      offset_ms: z.number(),
      method: z.string(),
      path: z.string(),
      headers: z.array(z.tuple([z.string(), z.string()])),
      body: z.string(),
    }),
  ),
});

/** What makes a recorded body a webhook, right or wrong in the rest; captures also hold what other programs sent. */
const likeWebhook = z.object({ groupKey: z.string(), alerts: z.array(z.unknown()) });

/** Headers that belong to one connection, or that `fetch` writes itself. */
const ofTheConnection =
  /^(?:host|content-length|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|proxy-.*)$/i;

/** How long Alertmanager waits for an answer at least (measured with 0.25). */
const patience: Duration = 10_000;

/** Alertmanager's back-off after a 5xx or no answer (measured with 0.25): 0.5 s, half as much again each time, ± 50 %. */
const backOff = { first: 500, factor: 1.5, spread: 0.5, longest: 60_000 } as const;

/** Alertmanager goes on until its next flush; we stop after about half a minute. */
const mostAttempts = 9;

/** One try at sending: the status and the text of the answer. Throws when there is none. */
export type Post = (
  url: string,
  headers: Headers,
  body: string,
) => Promise<{ readonly status: number; readonly text: string }>;

/** How to replay. */
export interface Replay {
  readonly url: string;
  /** How much faster than recorded. */
  readonly speed: number;
  /** Sent as a bearer token instead of the recorded credentials. */
  readonly token?: string;
  /** Takes one line about each request. */
  readonly log: (line: string) => void;
  readonly post: Post;
  readonly sleep: (duration: Duration) => Promise<unknown>;
  readonly clock: () => Instant;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** How a replay went. */
export interface Replayed {
  readonly accepted: number;
  readonly failed: number;
  /** Requests that are no webhooks, such as those of Alertmanager's own PagerDuty receiver. */
  readonly skipped: number;
}

/** Replays a capture in its order, one request after the other. Throws for a file that is not a capture. */
export async function replay(capturePath: string, options: Replay): Promise<Replayed> {
  const { speed, log, sleep, clock } = options;
  if (!(speed > 0)) throw new Error(`replaying ${capturePath}: the speed must be a number above 0`);
  const requests = readCapture(capturePath);
  const webhooks = requests.filter(
    ({ method, body }) => method === 'POST' && likeWebhook.safeParse(parse(body)).success,
  );
  const skipped = requests.length - webhooks.length;
  if (skipped > 0) log(`${skipped} recorded request(s) skipped: not webhooks`);
  const began = clock();
  let accepted = 0;
  for (const request of webhooks) {
    const offset = (request.offset_ms - (webhooks[0]?.offset_ms ?? 0)) / speed;
    await sleep(Math.max(0, began + offset - clock()));
    if (await deliver(request, options, began)) accepted += 1;
  }
  return { accepted, failed: webhooks.length - accepted, skipped };
}

type Recorded = z.output<typeof capture>['requests'][number];

function readCapture(path: string): readonly Recorded[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`reading the capture ${path}`, { cause });
  }
  const read = capture.safeParse(value);
  if (read.success) return read.data.requests;
  throw new Error(`reading the capture ${path}: it is not a capture: ${clip(z.prettifyError(read.error), 300)}`);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Sends one request until it is answered with anything but a 5xx. True when it was accepted. */
async function deliver(request: Recorded, options: Replay, began: Instant): Promise<boolean> {
  const { log, clock, sleep, random } = options;
  for (let attempt = 1; ; attempt += 1) {
    const sent = clock();
    const { status, text } = await tryOnce(request, options);
    const again = (status === null || status >= 500) && attempt < mostAttempts;
    const wait = again ? waitBefore(attempt, random()) : 0;
    log(
      [
        `+${((sent - began) / 1000).toFixed(3)} s`,
        status ?? 'no answer',
        `${Math.round(clock() - sent)} ms`,
        clip(text, 200),
        ...(again ? [`again in ${(wait / 1000).toFixed(1)} s`] : []),
      ].join('  '),
    );
    if (!again) return status !== null && status >= 200 && status < 300;
    await sleep(wait);
  }
}

function waitBefore(attempt: number, random: number): Duration {
  const { first, factor, spread, longest } = backOff;
  return Math.min(longest, first * factor ** (attempt - 1)) * (1 - spread + 2 * spread * random);
}

async function tryOnce({ headers: recorded, body }: Recorded, { url, token, post }: Replay) {
  const headers = new Headers(recorded.filter(([name]) => !ofTheConnection.test(name)));
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  try {
    return await post(url, headers, body);
  } catch (error) {
    return { status: null, text: explain(error) };
  }
}

/** Follows no redirect: Alertmanager would follow a 302 with a GET, and lose the body (measured with 0.25). */
const postByFetch: Post = async (url, headers, body) => {
  const answer = await fetch(url, {
    method: 'POST',
    headers,
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(patience),
  });
  return { status: answer.status, text: await answer.text() };
};

/** What the command line gives. */
export interface FireOptions {
  readonly url: string;
  readonly speed: number;
  /** Name of the environment variable that holds the bearer token. */
  readonly tokenEnv?: string;
  /** Takes one line about each request; standard output unless told otherwise. */
  readonly log?: (line: string) => void;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** The command: replays a capture and prints. The exit code is 1 when any webhook was not accepted, or there was none. */
export async function fire(capturePath: string, { url, speed, tokenEnv, log = print }: FireOptions): Promise<void> {
  const token = tokenEnv === undefined ? undefined : process.env[tokenEnv];
  if (tokenEnv !== undefined && token === undefined)
    throw new Error(`replaying ${capturePath}: ${tokenEnv} is not set`);
  const { accepted, failed } = await replay(capturePath, {
    ...{ url, speed, log, post: postByFetch, sleep: pause, clock: () => performance.now(), random: Math.random },
    ...(token === undefined ? {} : { token }),
  });
  log(`${accepted} accepted, ${failed} not`);
  if (failed > 0 || accepted === 0) process.exitCode = 1;
}
