/** The two Web API clients: one answers people, one works in the background, so neither's rate limit delays the other. */
import type { Logger } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { FetchFunction, WebClientOptions } from '@slack/web-api';

/** What a client needs to know; the token is asked for at each call, so that it can be rotated. */
export interface Access {
  readonly token: () => string;
  /** `https://slack.com/api/`, or a stand-in for it. */
  readonly apiUrl: string;
  readonly log: Logger;
}

/** Calls on behalf of somebody who is waiting. */
export const interactiveClient = (access: Access): WebClient =>
  build(access, { timeout: 5000, retryConfig: { retries: 1, minTimeout: 200, maxTimeout: 200 } });

/** Calls from the outbox, which does the retrying: a client that retried as well might post twice. */
export const backgroundClient = (access: Access): WebClient =>
  build(access, { timeout: 10_000, retryConfig: { retries: 0 } });

/** `rejectRateLimitedCalls`: otherwise a 429 of one method pauses every call of the client (web-api 8.2). */
function build({ token, apiUrl, log }: Access, options: WebClientOptions): WebClient {
  const fetchWithToken: FetchFunction = (url, init) =>
    fetch(url, { ...init, headers: { ...init?.headers, authorization: `Bearer ${token()}` } });
  return new WebClient(undefined, {
    ...options,
    slackApiUrl: apiUrl,
    fetch: fetchWithToken,
    logger: log,
    rejectRateLimitedCalls: true,
  });
}
