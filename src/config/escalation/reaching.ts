/** Whether pages reach somebody: keys for every service, what REST needs, proof that a page arrived, policies that page. */
import { parseMatcher } from '../matcher.ts';
import type { Matcher } from '../../incident/rules.ts';
import { pagesAt } from '../../escalation/policy.ts';
import { severities } from '../../incident/incident.ts';
import { complain, remedyFor } from '../complain.ts';
import type { Complaint } from '../fault.ts';
import { quote, ValueFault } from '../fault.ts';
import { isMapping, itemsAt, keysAt, textsAt, valueAt } from '../tree.ts';

type Path = Complaint['path'];

/** Every way in which a page would reach nobody. */
export function reaching(root: unknown): readonly Complaint[] {
  const names = keysAt(root, ['policies']);
  const deeds = names.flatMap((name) => deedsOf(root, name));
  return [
    ...deeds.flatMap((path) => places(root, path)),
    ...deeds.flatMap((path) => rest(root, path)),
    ...deeds.flatMap((path) => onCall(root, path)),
    ...names.flatMap((name) => confirming(root, ['policies', name, 'confirm', 'pagerduty'])),
    ...(written(root, 'pagerduty', 'priorities') ? byRest(root, ['pagerduty', 'priorities']) : []),
    ...silent(root),
  ];
}

/** The paths of everything that the levels of a policy do. */
function deedsOf(root: unknown, name: string): readonly Path[] {
  return itemsAt(root, ['policies', name, 'levels']).flatMap((level) => itemsAt(root, [...level, 'do']));
}

const written = (root: unknown, ...path: Path): boolean => valueAt(root, path) !== undefined;

/** The keys that a page can go to. */
function places(root: unknown, path: Path): readonly Complaint[] {
  const page = valueAt(root, [...path, 'pagerduty']);
  if (!isMapping(page)) return [];
  const at = [...path, 'pagerduty', 'service'];
  const service = page['service'];
  const hasDefault = written(root, 'pagerduty', 'default');
  const remedy = 'add `pagerduty: {default: {routing_key: env:PD_KEY}}` to the file';
  if (service === undefined || service === 'incident') {
    const problem = 'this pages the service of the incident, and alerts of no such service would page nobody';
    return hasDefault ? [] : [complain([...path, 'pagerduty'], problem, remedy, 'key')];
  }
  if (service === 'default') {
    return hasDefault ? [] : [complain(at, 'there is no default service of PagerDuty', remedy)];
  }
  if (typeof service !== 'string' || service === '') return [];
  const known = keysAt(root, ['services']);
  if (!known.includes(service)) {
    const words = ['default', ...known];
    return [
      complain(
        at,
        `there is no service ${quote(service)}`,
        remedyFor(service, words, 'write `default`, or a service of this file'),
      ),
    ];
  }
  if (written(root, 'services', service, 'pagerduty')) return [];
  const missing = `add \`pagerduty: {routing_key: env:PD_KEY}\` to services.${service}`;
  return [complain(at, `the service ${quote(service)} says nothing about PagerDuty`, missing)];
}

/** Responders and policies go by REST, in the name of a user. */
function rest(root: unknown, path: Path): readonly Complaint[] {
  const page = [...path, 'pagerduty'];
  return ['responders', 'escalation_policy'].flatMap((key) => {
    if (!written(root, ...page, key)) return [];
    const vague = itemsAt(root, [...page, key]).filter(
      (at) => isMapping(valueAt(root, at)) && keysAt(root, at).length !== 1,
    );
    const one = 'write `{user: PLEAD}` or `{escalation_policy: PPOL123}`, one an item';
    const found = vague.map((at) => complain(at, 'it is not clear who is meant', one));
    return [...found, ...byRest(root, [...page, key])];
  });
}

/** What goes by REST goes in the name of a user. */
function byRest(root: unknown, path: Path): readonly Complaint[] {
  const needs = [
    { name: 'api_token', remedy: 'add `api_token: env:PD_TOKEN` under `pagerduty`' },
    { name: 'from', remedy: 'add `from:` with the e-mail address of a PagerDuty user under `pagerduty`' },
  ];
  return needs
    .filter(({ name }) => !written(root, 'pagerduty', name))
    .map(({ name, remedy }) =>
      complain(path, `PagerDuty's REST API needs \`pagerduty.${name}\` for this`, remedy, 'key'),
    );
}

/** Who is on call, only PagerDuty knows. */
function onCall(root: unknown, path: Path): readonly Complaint[] {
  const at = [...path, 'slack', 'mention'];
  if (valueAt(root, at) !== 'oncall' || written(root, 'pagerduty', 'api_token')) return [];
  const remedy = 'add `api_token: env:PD_TOKEN` under `pagerduty`, or call `group`';
  return [complain(at, 'only PagerDuty knows who is on call, and there is no `pagerduty.api_token`', remedy)];
}

/** Without word from PagerDuty every page would be taken for lost. */
function confirming(root: unknown, path: Path): readonly Complaint[] {
  if (!written(root, ...path)) return [];
  if (written(root, 'pagerduty', 'api_token') || written(root, 'pagerduty', 'webhook_secrets')) return [];
  const problem = 'nothing could confirm a page: PagerDuty tells by webhook or when it is asked';
  return [complain(path, problem, 'add `webhook_secrets` or `api_token` under `pagerduty`', 'key')];
}

/** Where PagerDuty is set up, critical and high alerts page somebody. */
function silent(root: unknown): readonly Complaint[] {
  const services = keysAt(root, ['services']).filter((name) => written(root, 'services', name, 'pagerduty'));
  if (!written(root, 'pagerduty') && services.length === 0) return [];
  const pages = (name: string): boolean => deedsOf(root, name).some((path) => keysAt(root, path).includes('pagerduty'));
  const mute = reachable(root).filter(({ policy }) => keysAt(root, ['policies']).includes(policy) && !pages(policy));
  if (mute.length === 0 && !written(root, 'policies')) {
    const problem = 'PagerDuty is set up, and no policy pages';
    const remedy = 'add `policies: {default: {levels: [{id: L1, at: 0m, do: [{pagerduty: {}}]}]}}`';
    return [complain([written(root, 'pagerduty') ? 'pagerduty' : 'services'], problem, remedy, 'key')];
  }
  const remedy = 'add `- pagerduty: {}` to a level, or change the routes';
  return [...new Map(mute.map((one) => [one.policy, one])).values()].map(({ policy, severity }) =>
    complain(
      ['policies', policy],
      `alerts of severity ${quote(severity)} come here, and it pages nobody`,
      remedy,
      'key',
    ),
  );
}

/** The policies that alerts which page can come to, as far as the severity alone decides. */
function reachable(root: unknown): readonly { readonly policy: string; readonly severity: string }[] {
  const routes = valueAt(root, ['routes']) ?? [{ policy: 'default' }];
  if (!Array.isArray(routes)) return [];
  return severities.filter(pagesAt).flatMap((severity) => {
    const found: { policy: string; severity: string }[] = [];
    for (const [index] of routes.entries()) {
      const matchers = matchersAt(routes, index);
      if (matchers === null) continue;
      const decided = matchers.filter(({ label }) => label === 'severity');
      if (!decided.every(({ test }) => test(severity))) continue;
      const policy = valueAt(routes, [index, 'policy']);
      if (typeof policy === 'string') found.push({ policy, severity });
      if (decided.length === matchers.length) break;
    }
    return found.toReversed();
  });
}

/** Null when one is malformed: then nobody knows what the route accepts. */
function matchersAt(routes: unknown, index: number): readonly Matcher[] | null {
  try {
    return textsAt(routes, [index, 'match']).map(parseMatcher);
  } catch (error) {
    if (error instanceof ValueFault) return null;
    throw error;
  }
}
