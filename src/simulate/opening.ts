/** How a simulated walk begins: an alert that the runbook's matchers accept, or a person who starts it. */
import { buildRules } from '../config/rules.ts';
import { fileSchema } from '../config/schema.ts';
import type { Decision } from '../incident/draft.ts';
import { isRefusal } from '../incident/event.ts';
import type { AlertReport, AlertsReported } from '../incident/event.ts';
import type { Automation } from '../access/automation.ts';
import { readTarget } from '../action/action.ts';
import { silentPolicy } from '../escalation/policy.ts';
import type { Level } from '../escalation/policy.ts';
import type { Able, Facts } from '../incident/facts.ts';
import { severities, vigie } from '../incident/incident.ts';
import type { Incident, Instant, Person, Severity } from '../incident/incident.ts';
import { openChecklist, openForAlerts, openForPerson } from '../incident/opening.ts';
import type { Matcher, Rules } from '../incident/rules.ts';
import { matches } from '../incident/rules.ts';
import { transition } from '../incident/transition.ts';
import { freeze } from '../runbook/freeze.ts';
import type { Runbook } from '../runbook/runbook.ts';

type Pairs = Readonly<Record<string, string>>;

/** What to walk, and what it begins with. */
export interface Simulation {
  readonly runbook: Runbook;
  readonly library: readonly Runbook[];
  readonly labels: Pairs;
  readonly annotations: Pairs;
  /** What `{{service.…}}` stands for; without any, an example does. */
  readonly service: Pairs;
}

/** Everybody who acts here. */
export const ana: Person = { id: 'U0ANA', name: 'Ana' };

/** Here everything can be done. */
const able: Able = { act: true, diagnose: true, page: true, automate: true };

/** Whoever a step escalates to; by the clock nobody is called here. */
const nextLevel: Level = {
  ...{ id: 'L2', name: 'on-call', at: 365 * 24 * 3_600_000, leaveEarly: null },
  do: [{ kind: 'pagerduty', service: 'incident', responders: [], escalationPolicy: null }],
};

/** A Monday at three in the morning. */
const start: Instant = Date.UTC(2026, 0, 12, 3);

const example: Pairs = {
  name: 'checkout',
  environment: 'production',
  target: 'eu-1/shop/Deployment/checkout',
  health_url: 'https://checkout.shop.example/health',
};

/** The least that a vigie.yaml may say. What it leaves open, the walk begins with the defaults of. */
const leastConfig = {
  version: 1,
  slack: { announce: 'C0SIMULATED' },
  sources: { main: { auth: { bearer: ['env:SIMULATED'] } } },
  services: { simulated: { match: ['alertname=~".*"'] } },
};

/** Nothing is connected to here: secrets are only there. */
const env = { SIMULATED: 'x', SLACK_BOT_TOKEN: 'x', SLACK_SIGNING_SECRET: 'x' };

/** The defaults of vigie.yaml, with one service that every alert belongs to, and everything that Vigie can do. */
function rulesOf(runbooks: readonly Runbook[], facts: Pairs): Rules {
  const rules = buildRules('simulated', fileSchema(env).parse(leastConfig), runbooks);
  const { name = 'simulated', environment = null } = facts;
  const target = readTarget(facts['target'] ?? '');
  const automation: Automation = { mode: 'on', rollbackWithin: 60 * 60_000 };
  const services = rules.services.map((service) => ({ ...service, name, environment, facts, target, automation }));
  // Everybody may do everything: what is tried is the runbook.
  const roles = { viewer: 'everyone', responder: 'everyone', admin: 'everyone' } as const;
  return {
    ...rules,
    services,
    able,
    policies: { default: { ...silentPolicy('default'), levels: [nextLevel] } },
    access: { ...rules.access, roles },
  };
}

const serviceOf = ({ service }: Simulation): Pairs => (Object.keys(service).length === 0 ? example : service);

/** What the rules need to know besides the incident. */
export const factsOf = (given: Simulation): Facts => rulesOf(given.library, serviceOf(given));

/** The first decision, and what the transcript says of the beginning. Throws when the labels choose another runbook. */
export function begin(given: Simulation): {
  readonly decision: Decision;
  readonly at: Instant;
  readonly about: readonly string[];
} {
  const { runbook } = given;
  const service = serviceOf(given);
  const byAlert = runbook.kind === 'incident' && (runbook.match.length > 0 || Object.keys(given.labels).length > 0);
  const labels = byAlert ? { ...guessed(runbook.match), ...given.labels } : {};
  const about = [
    `Runbook   ${runbook.id}: ${runbook.title}`,
    ...(byAlert ? [`Labels    ${listed(labels)}`] : []),
    `Service   ${listed(service)}`,
  ];
  const decision = byAlert ? byAlerts(given, labels, service) : byHand(given, service);
  return { decision, at: start, about };
}

const listed = (pairs: Pairs): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

/** Labels that a runbook's matchers accept: the first of the values that each of them names. */
function guessed(match: readonly Matcher[]): Pairs {
  const pairs = match.flatMap(({ label, text, test }) => {
    const values = /"(.*)"/.exec(text)?.[1]?.split('|') ?? [];
    const value = ['', ...values].find((candidate) => test(candidate));
    return value === undefined || value === '' ? [] : [[label, value] as const];
  });
  return Object.fromEntries(pairs);
}

function byAlerts({ runbook, library, annotations }: Simulation, labels: Pairs, facts: Pairs): Decision {
  const severity = severities.find((known) => known === labels['severity']) ?? 'critical';
  const event = reported([reportOf({ labels, annotations, severity })], start);
  if (runbook.match.length === 0) {
    const rules = rulesOf([], facts);
    return chosen(openForAlerts(1, 'alert', event, rules), { runbook, library }, [{ ...labels, severity }], rules);
  }
  const opened = openForAlerts(1, 'alert', event, rulesOf(library, facts));
  const { walk } = opened.incident;
  if (walk?.runbook.id === runbook.id) return opened;
  const wanted = runbook.match.map(({ text }) => text).join(' and ');
  if (!matches(runbook.match, { ...labels, severity }) || walk === null) {
    throw new Error(`these labels do not choose ${runbook.id}; give some that fit ${wanted}`);
  }
  throw new Error(`these labels choose ${walk.runbook.id}, which is more specific than ${runbook.id}`);
}

function byHand({ runbook, library }: Simulation, facts: Pairs): Decision {
  const rules = rulesOf(library, facts);
  if (runbook.kind === 'checklist') {
    const by = runbook.schedule === null ? ana : vigie;
    return openChecklist(1, runbook, { by, at: start, service: facts['name'] }, rules);
  }
  const { title } = runbook;
  const service = facts['name'] ?? '';
  const opened = openForPerson(
    1,
    { type: 'Declared', at: start, by: ana, title, severity: 'critical', service },
    rules,
  );
  return chosen(opened, { runbook, library }, [], rules);
}

/** A person chooses the runbook for an incident that is open. */
function chosen(
  opened: Decision,
  { runbook, library }: Pick<Simulation, 'runbook' | 'library'>,
  labelSets: readonly Pairs[],
  rules: Rules,
): Decision {
  const frozen = freeze(runbook, library, labelSets);
  const event = { type: 'RunbookChosen', at: start, by: ana, runbook: frozen, reason: 'it fits' } as const;
  const answer = transition(opened.incident, event, rules);
  if (isRefusal(answer)) throw new Error(answer.refused);
  const { incident, lines, effects } = answer;
  return { incident, lines: [...opened.lines, ...lines], effects: [...opened.effects, ...effects] };
}

interface Reported {
  readonly labels: Pairs;
  readonly annotations: Pairs;
  readonly severity: Severity;
}

const reportOf = ({ labels, annotations, severity }: Reported): AlertReport => ({
  fingerprint: 'simulated',
  status: 'firing',
  severity,
  labels,
  annotations,
  startsAt: start,
  endsAt: null,
  generatorUrl: '',
});

const reported = (alerts: readonly AlertReport[], at: Instant): AlertsReported => {
  return { type: 'AlertsReported', at, source: 'main', group: null, alerts };
};

/** All alerts of an incident clear. */
export const clearing = ({ alerts }: Incident, at: Instant): AlertsReported =>
  reported(
    Object.values(alerts).map((alert) => ({ ...alert, status: 'resolved', endsAt: at })),
    at,
  );
