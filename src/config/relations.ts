/** Rules between keys. They read the plain tree, so that a fault elsewhere in the file never hides one of these. */
import { checkAccess } from './access/relations.ts';
import { complain } from './complain.ts';
import { readDuration } from './duration.ts';
import { checkEscalation } from './escalation/relations.ts';
import type { Complaint } from './fault.ts';
import { quote, ValueFault } from './fault.ts';
import { nearest } from './nearest.ts';
import { defaults } from './schema.ts';
import { readReference } from './secret.ts';
import { checkSources } from './sources.ts';
import { isMapping, keysAt, valueAt } from './tree.ts';
import { listOf } from './values.ts';

type Path = Complaint['path'];

/**
 * Every rule between keys that the file breaks. What is missing counts as its default; what is malformed is passed
 * over.
 */
export function checkRelations(root: unknown, env: NodeJS.ProcessEnv): readonly Complaint[] {
  return [
    ...listeners(root),
    ...slackSecrets(root, env),
    ...sources(root),
    ...checkSources(root, Object.keys(policiesOf(root))),
    ...names(root),
    ...people(root),
    ...clocks(root),
    ...leases(root),
    ...routes(root),
    ...checkAccess(root),
    ...checkEscalation(root),
  ];
}

/** The policies as they are written, or the default ones. */
function policiesOf(root: unknown): object {
  const written = valueAt(root, ['policies']) ?? defaults.policies;
  return isMapping(written) ? written : {};
}

function listeners(root: unknown): readonly Complaint[] {
  const port = (side: 'public' | 'private'): unknown =>
    valueAt(root, ['http', side, 'port']) ?? defaults.http[side].port;
  if (port('public') !== port('private') || port('public') === 0) return [];
  const problem = `the private port is the public one, ${quote(port('private'))}`;
  return [
    complain(
      ['http', 'private', 'port'],
      problem,
      'choose another port: only the public one may be reached from outside',
    ),
  ];
}

/** The secrets that the mode needs; the other one may lead nowhere. */
function slackSecrets(root: unknown, env: NodeJS.ProcessEnv): readonly Complaint[] {
  const mode = valueAt(root, ['slack', 'mode']) ?? defaults.slack.mode;
  const needed = [
    { key: 'bot_token', why: 'Slack needs it' },
    ...(mode === 'http' ? [{ key: 'signing_secret', why: 'mode `http` needs it' } as const] : []),
    ...(mode === 'socket' ? [{ key: 'app_token', why: 'mode `socket` needs it' } as const] : []),
  ] as const;
  return needed.flatMap(({ key, why }) => {
    const ref = valueAt(root, ['slack', key]) ?? defaults.slack[key];
    const secret = typeof ref === 'string' ? attempt(() => readReference(ref, env)) : null;
    const proof = secret instanceof ValueFault ? null : attempt(() => secret?.reveal());
    return proof instanceof ValueFault ? [complain(['slack', key], `${why}, but ${proof.problem}`, proof.remedy)] : [];
  });
}

/** What `read` answers, or the fault it throws. */
function attempt<T>(read: () => T): T | ValueFault {
  try {
    return read();
  } catch (error) {
    if (error instanceof ValueFault) return error;
    throw error;
  }
}

function sources(root: unknown): readonly Complaint[] {
  const all = valueAt(root, ['sources']);
  if (!isMapping(all)) return [];
  const remedy = 'write `bearer: [env:AM_TOKEN]`, or `basic: [{user: alertmanager, password: env:AM_PASSWORD}]`';
  if (Object.keys(all).length === 0) {
    return [
      complain(
        ['sources'],
        'there is no source of alerts',
        'write at least one: `main: {auth: {bearer: [env:AM_TOKEN]}}`',
      ),
    ];
  }
  return Object.keys(all).flatMap((name) => {
    const auth = valueAt(root, ['sources', name, 'auth']);
    const open = isMapping(auth) && auth['bearer'] === undefined && auth['basic'] === undefined;
    return open
      ? [complain(['sources', name, 'auth'], 'anybody could send alerts: there is no credential', remedy)]
      : [];
  });
}

/**
 * A source's name is part of an address; services and policies are shown to people and must keep their order in the
 * file.
 */
function names(root: unknown): readonly Complaint[] {
  const free = {
    pattern: /^[A-Za-z][\w.-]{0,62}$/,
    remedy: 'begin with a letter; use letters, digits, `.`, `_` and `-`',
  };
  const rules = [
    {
      section: 'sources',
      one: 'source',
      pattern: /^[a-z0-9-]{1,63}$/,
      remedy: 'use lower-case letters, digits and `-`',
    },
    { section: 'services', one: 'service', ...free },
    { section: 'policies', one: 'policy', ...free },
  ];
  return rules.flatMap(({ section, one, pattern, remedy }) =>
    keysAt(root, [section])
      .filter((name) => !pattern.test(name))
      .map((name) => complain([section, name], `${quote(name)} can't be the name of a ${one}`, remedy, 'key')),
  );
}

function people(root: unknown): readonly Complaint[] {
  return keysAt(root, ['slack', 'people'])
    .filter((address) => !/^[^\s@]+@[^\s@]+$/.test(address))
    .map((address) => {
      const remedy = 'write the address on the left and the Slack id on the right: `ana@example.com: U0ANA`';
      return complain(['slack', 'people', address], `${quote(address)} is not an e-mail address`, remedy, 'key');
    });
}

function clocks(root: unknown): readonly Complaint[] {
  const { reopen_within, recover_hold, flapping } = defaults.incidents;
  const reopen = readAt(root, ['incidents', 'reopen_within'], reopen_within);
  const hold = readAt(root, ['incidents', 'recover_hold'], recover_hold);
  const flappingHold = readAt(root, ['incidents', 'flapping', 'hold'], flapping.hold);
  const found: Complaint[] = [];
  if (hold.duration >= reopen.duration) {
    const problem = `recover_hold (${hold.text}) is not shorter than reopen_within (${reopen.text})`;
    const path = firstWritten(root, ['incidents', 'recover_hold'], ['incidents', 'reopen_within']);
    found.push(complain(path, problem, 'an incident must be able to end before it can re-open: shorten recover_hold'));
  }
  if (flappingHold.duration < hold.duration) {
    const problem = `flapping.hold (${flappingHold.text}) is shorter than recover_hold (${hold.text})`;
    const path = firstWritten(root, ['incidents', 'flapping', 'hold'], ['incidents', 'recover_hold']);
    found.push(complain(path, problem, 'flapping lengthens the hold: make flapping.hold the longer one'));
  }
  return found;
}

function leases(root: unknown): readonly Complaint[] {
  return keysAt(root, ['policies']).flatMap((name) => {
    const ack = ['policies', name, 'ack'];
    const lease = readAt(root, [...ack, 'lease'], defaults.ack.lease);
    const remind = readAt(root, [...ack, 'remind_before'], defaults.ack.remind_before);
    if (!(lease.duration < 2 * remind.duration)) return [];
    const problem = `the lease (${lease.text}) is shorter than twice remind_before (${remind.text})`;
    const path = firstWritten(root, [...ack, 'lease'], [...ack, 'remind_before']);
    return [complain(path, problem, 'lengthen the lease: half of it must pass before the reminder')];
  });
}

function routes(root: unknown): readonly Complaint[] {
  const all = valueAt(root, ['routes']);
  const policies = valueAt(root, ['policies']) ?? defaults.policies;
  if (!isMapping(policies)) return [];
  const known = Object.keys(policies);
  if (all === undefined && !known.includes(defaults.routes[0].policy)) {
    const problem = 'without `routes`, every alert goes to a policy `default`, and there is none';
    return [complain(['policies'], problem, 'write `routes`, or name a policy `default`', 'key')];
  }
  if (!Array.isArray(all)) return [];
  return all.flatMap((route: unknown, index) => {
    if (!isMapping(route)) return [];
    const path = ['routes', index];
    const found: Complaint[] = [];
    const match = route['match'];
    if (index === all.length - 1 && Array.isArray(match) && match.length > 0) {
      const remedy =
        'add a last route without `match`, such as `- {policy: …}`, so that no alert is left without a policy';
      found.push(complain([...path, 'match'], 'the last route has a condition', remedy, 'key'));
    }
    if (index < all.length - 1 && match === undefined) {
      found.push(complain(path, 'the routes after this one never apply', 'give it a `match`, or move it to the end'));
    }
    const policy = route['policy'];
    if (typeof policy === 'string' && policy !== '' && !known.includes(policy)) {
      const meant = nearest(policy, known);
      const choose = known.length === 0 ? 'define it under `policies`' : `write ${listOf(known)}`;
      const remedy = meant === null ? choose : `did you mean ${quote(meant)}?`;
      found.push(complain([...path, 'policy'], `there is no policy ${quote(policy)}`, remedy));
    }
    return found;
  });
}

/** The duration at a path, or its default; not a number, so that every comparison is false, when it is malformed. */
function readAt(
  root: unknown,
  path: readonly string[],
  fallback: string,
): { readonly duration: number; readonly text: string } {
  const text = valueAt(root, path) ?? fallback;
  if (typeof text !== 'string') return { duration: Number.NaN, text: '' };
  const duration = attempt(() => readDuration(text));
  return { duration: duration instanceof ValueFault ? Number.NaN : duration, text };
}

/** The first of two paths, unless only the second is written in the file. */
const firstWritten = (root: unknown, first: readonly string[], second: readonly string[]): Path =>
  valueAt(root, first) === undefined && valueAt(root, second) !== undefined ? second : first;
