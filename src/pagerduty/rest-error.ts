/** What an answer of the REST API that is no success means, in a sentence that names the setting to mend. */
import { codeIn, retryAfterOf, saidIn } from './answers.ts';
import { PagerError } from './pager-error.ts';
import { type Setting, spoken } from './settings.ts';
import { conceal, line } from './words.ts';
import type { Reply } from './wire.ts';

/** What was asked, and as whom. */
export interface Asked {
  readonly token: Setting;
  readonly secret: string;
  readonly from: string;
  readonly isWrite: boolean;
}

/** PagerDuty's own numbers of errors. */
const requesterNotFound = 1008;
const denied = 2010;
const abilityMissing = 2014;
const rateLimited = 2020;

/** The error for an answer that is no success. */
export function errorOfRest(reply: Reply, { token, secret, from, isWrite }: Asked): PagerError {
  const { status, data } = reply;
  const code = codeIn(data);
  const facts = { status, code, retryAfter: retryAfterOf(reply) };
  const said = line(conceal(saidIn(data), [secret]), 300);
  const quoted = said === '' ? `it answered ${status} without a word` : said;
  if (status === 429 || code === rateLimited) {
    return new PagerError('throttled', 'PagerDuty gets too many requests from us and wants a pause', facts);
  }
  if (code === requesterNotFound) {
    const remedy = 'put the e-mail address of a user of the account there';
    return new PagerError(
      'invalid',
      `PagerDuty knows no user with the address in pagerduty.from (${from}): ${remedy}`,
      facts,
    );
  }
  if (status === 402 || code === abilityMissing) {
    return new PagerError('invalid', `The PagerDuty account's plan does not include this: ${quoted}`, facts);
  }
  if (status === 401) {
    const remedy = 'put a valid API key there, of the region in pagerduty.region';
    return new PagerError('token', `PagerDuty does not accept the token of ${spoken(token)}: ${remedy}`, facts);
  }
  if (status === 403 || code === denied) {
    const remedy = isWrite ? 'it may be read-only; give it write access' : 'give it read access';
    return new PagerError(
      'token',
      `The token of ${spoken(token)} may not do this: ${remedy}. PagerDuty said: ${quoted}`,
      facts,
    );
  }
  if (status >= 500 || status === 408) {
    const trouble = `PagerDuty's API is in trouble: ${quoted}`;
    return isWrite
      ? new PagerError('ambiguous', `${trouble}. It may have been done all the same`, facts)
      : new PagerError('server', trouble, facts);
  }
  if (status >= 400) return new PagerError('invalid', `PagerDuty does not do this: ${quoted}`, facts);
  // A redirect: whoever answered is not PagerDuty.
  return new PagerError(
    'network',
    `PagerDuty's API answered ${status}, which makes no sense: is a proxy in the way?`,
    facts,
  );
}
