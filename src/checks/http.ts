/** An HTTP check: asks an endpoint that the configuration allows, and compares its answer with what was expected. */
import { isRefusal } from '../incident/event.ts';
import type { Instant } from '../incident/incident.ts';
import type { HttpAsk } from '../runbook/runbook.ts';
import { addressesOf, type Fence, hostOf, refusalOf } from './hosts.ts';
import { type Answer, limitOf, send, until } from './request.ts';
import { excerpt, line, printDuration, shownUrl, troubleOf } from './says.ts';

/** What came of asking. */
export interface Verdict {
  readonly passed: boolean;
  readonly says: string;
}

/** No more of a body is read. */
const bodyLimit = 64 * 1024;

/** Of the body of an answer that failed already. */
const excerptLimit = 4 * 1024;

/** Redirects that are followed. */
const mostRedirects = 3;

/** Asks. Trouble of any kind is a failed check, except that an abort of `outer` may come out as one, too. */
export async function askHttp(ask: HttpAsk, fence: Fence, clock: () => Instant, outer: AbortSignal): Promise<Verdict> {
  const first = URL.parse(ask.url);
  // What can't be read can't be shown either: it may hold a password.
  if (first === null)
    return { passed: false, says: 'The address of this check is not a URL: correct it in the runbook' };
  const begun = clock();
  const way = [first];
  const asked = (): string => {
    const [from = '', ...others] = way.map(shownUrl);
    return `${ask.method} ${[from, ...(others.length > 1 ? ['…'] : []), ...others.slice(-1)].join(' → ')}`;
  };
  using limit = limitOf(ask.timeout, outer);
  try {
    for (let url = first; ;) {
      const addresses = refusalOf(url, fence) ?? (await until(addressesOf(url, fence), limit.signal));
      if (isRefusal(addresses)) return { passed: false, says: `${asked()} was not asked: ${addresses.refused}` };
      using answer = await send({ url, method: ask.method, form: null, addresses, signal: limit.signal });
      const next = redirectOf(answer, url, ask, fence, way.length > mostRedirects);
      if (next === null || 'not' in next) {
        const answered = `answered ${answer.status} in ${printDuration(clock() - begun)}${next === null ? '' : next.not}`;
        const { passed, says } = await judge(ask, answer, limit.isOver);
        return { passed, says: `${asked()} ${answered}${says}` };
      }
      url = next.follow;
      way.push(url);
    }
  } catch (error) {
    const trouble = limit.isOver() ? `did not answer within ${printDuration(ask.timeout)}` : troubleOf(error);
    return { passed: false, says: `${asked()} ${trouble}` };
  }
}

type Redirect = { readonly follow: URL } | { readonly not: string };

/** Where an answer sends us, or why we don't go there. Null when it is no redirect, or the very answer that is expected. */
function redirectOf(answer: Answer, from: URL, ask: HttpAsk, fence: Fence, tired: boolean): Redirect | null {
  const { status, location } = answer;
  if (![301, 302, 303, 307, 308].includes(status) || location === null || ask.expect.includes(status)) return null;
  const to = URL.parse(location, from.href);
  if (to === null) return { not: ', a redirect to no address' };
  const shown = `, a redirect to ${shownUrl(to)}`;
  const stays = hostOf(to) === hostOf(from) && (from.protocol === to.protocol || to.protocol === 'https:');
  const allowed = stays && refusalOf(to, fence) === null;
  if (!allowed)
    return { not: `${shown} (not followed: ${hostOf(to) === hostOf(from) ? 'not allowed' : 'another host'})` };
  return tired ? { not: `${shown} (not followed: more than ${mostRedirects})` } : { follow: to };
}

/** Compares an answer with what was expected; `says` continues the sentence. */
async function judge(ask: HttpAsk, answer: Answer, isOver: () => boolean): Promise<Verdict> {
  const { expect, contains, timeout } = ask;
  if (!expect.includes(answer.status)) {
    const { text } = await answer.read(excerptLimit, null);
    return { passed: false, says: `: expected ${orList(expect)}.${excerpt(text)}` };
  }
  if (contains === null) return { passed: true, says: '' };
  const { text, ended } = await answer.read(bodyLimit, contains);
  const wanted = `"${line(contains, 80)}"`;
  const missing = (why: string): Verdict => ({
    passed: false,
    says: `: expected ${wanted} in the body, ${why}.${excerpt(text)}`,
  });
  switch (ended) {
    case 'found':
      return { passed: true, says: ` with ${wanted} in the body` };
    case 'whole':
      return missing('and it is not there');
    case 'cut':
      return missing('and it is not in the first 64 kB');
    case 'broken':
      return missing(isOver() ? `which did not end within ${printDuration(timeout)}` : 'but the connection broke');
  }
}

const orList = (statuses: readonly number[]): string =>
  statuses.length < 2 ? statuses.join('') : `${statuses.slice(0, -1).join(', ')} or ${statuses.at(-1)}`;
