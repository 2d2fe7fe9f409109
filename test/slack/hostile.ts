/** Incidents with the worst texts and the largest numbers that the outside world can send. */
import fc from 'fast-check';
import { silentPolicy } from '../../src/escalation/policy.ts';
import { severities } from '../../src/incident/incident.ts';
import type { Alert, Human, Incident, Person, Signal } from '../../src/incident/incident.ts';
import type { Pager } from '../../src/incident/pager.ts';
import { at, rules } from '../incident/samples.ts';
import { runsOf } from './hostile-run.ts';
import { walksOf } from './hostile-walk.ts';

const tricks = [
  '<!channel>',
  '<!here|here>',
  '<@U0ANA>',
  '<#C0GENERAL>',
  '<https://evil.example|click>',
  '*bold* _it_ ~no~ `code`',
  '&amp;&lt;',
  '\u202Eesrever',
  '\u0000\u0007\r\n\t',
  '\uD83D',
  '👩‍👩‍👧‍👦',
  ':fire:',
  'https://evil.example/?a=1&b=2',
  'javascript:alert(1)',
  '@channel @here',
  '',
  '   ',
];

/** Text from outside: tricks, any Unicode, and up to fifty thousand characters of either. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...tricks),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...tricks, 'word '), { maxLength: 30 }).map((parts) => parts.join('')),
  fc.tuple(fc.constantFrom(...tricks, 'x', '😀', '&'), fc.nat(50_000)).map(([part, count]) => part.repeat(count)),
);

const person: fc.Arbitrary<Person> = fc.record({
  id: fc.constantFrom('U0ANA', 'S0SRE', 'vigie', '<!channel>'),
  name: text,
});
const instant = fc.integer({ min: 0, max: 600 }).map(at);

const alert: fc.Arbitrary<Omit<Alert, 'fingerprint'>> = fc.record({
  status: fc.constantFrom('firing', 'resolved'),
  severity: fc.constantFrom(...severities),
  labels: fc.record({ alertname: text, instance: text }, { requiredKeys: [] }),
  annotations: fc.record(
    { summary: text, description: text, runbook_url: text, dashboard_url: fc.webUrl() },
    { requiredKeys: [] },
  ),
  startsAt: instant,
  endsAt: fc.option(instant),
  generatorUrl: fc.oneof(fc.webUrl(), text),
  changedAt: instant,
  doubted: fc.boolean(),
  muted: fc.option(
    fc.oneof(
      fc.record({ is: fc.constant('silenced' as const), id: text, until: fc.option(instant), by: text }),
      fc.record({ is: fc.constantFrom('inhibited' as const, 'timed' as const), by: fc.array(text, { maxLength: 3 }) }),
    ),
  ),
});

const signal: fc.Arbitrary<Signal> = fc.oneof(
  fc.constant<Signal>({ is: 'firing' }),
  fc.record({ is: fc.constant('clearing' as const), until: instant }),
  fc.record({ is: fc.constant('clear' as const), since: instant }),
  fc.constant<Signal>({ is: 'muted' }),
);
const human: fc.Arbitrary<Human> = fc.oneof(
  fc.constant<Human>({ is: 'open' }),
  fc.record({
    is: fc.constant('acknowledged' as const),
    by: person,
    until: instant,
    reminded: fc.boolean(),
    snoozed: fc.boolean(),
    severity: fc.constantFrom(...severities),
  }),
  fc.record({ is: fc.constant('closed' as const), by: person, reason: text, at: instant }),
);

const pagers: fc.Arbitrary<Pager> = fc.record({
  ...{ dedupKey: text, keys: fc.constant([]), calls: fc.nat(9), notes: fc.nat(30) },
  incident: fc.option(text),
  url: fc.option(fc.webUrl()),
  pages: fc.array(
    fc.record({
      ...{
        id: text,
        at: instant,
        visit: fc.constant(null),
        byPager: fc.boolean(),
        keys: fc.constant([]),
        again: fc.boolean(),
        instead: fc.nat(3),
      },
      levels: fc.array(fc.record({ id: text, name: text }), { maxLength: 5 }),
      why: fc.constantFrom('entered', 'repeated', 'called again', 'asked', 'by name'),
      stand: fc.constantFrom('asked', 'sent', 'done', 'failed'),
    }),
    { maxLength: 2 },
  ),
});

/** Any incident. Texts longer than the core lets in are included: a view must not depend on it. */
export const incident: fc.Arbitrary<Incident> = fc.record({
  number: fc.integer({ min: 1, max: 999_999_999 }),
  version: fc.nat(),
  kind: fc.constantFrom('alert', 'declared', 'storm', 'checklist'),
  title: text,
  source: fc.constantFrom(null, 'main'),
  service: fc.option(text),
  facts: fc.record({ target: text, health_url: fc.oneof(fc.webUrl(), text) }, { requiredKeys: [] }),
  walk: fc.option(walksOf(text, person)),
  runs: runsOf(text, person),
  openedAt: instant,
  severity: fc.constantFrom(...severities),
  signal,
  human,
  ladder: fc.constant({ is: 'idle' }),
  ladderDue: fc.constant(null),
  silences: fc.array(
    fc.record({
      ...{ id: text, mark: text, by: person, matchers: text, fingerprints: fc.constant([]) },
      ...{ startedAt: instant, until: instant, time: fc.nat(86_400_000), ending: fc.boolean() },
    }),
    { maxLength: 3 },
  ),
  pager: pagers,
  lastHeld: fc.constant(null),
  commander: fc.option(person),
  handoff: fc.option(fc.record({ by: person, to: person, at: instant, note: text })),
  responders: fc.array(person, { maxLength: 3 }),
  episode: fc.integer({ min: 1, max: 50 }),
  flips: fc.constant([]),
  flapping: fc.boolean(),
  rules: fc.constant(rules.incidents),
  policy: fc.constant(silentPolicy('default')),
  config: fc.constant('c0ffee'),
  troubles: fc.array(text, { maxLength: 3 }),
  alerts: fc
    .array(alert, { maxLength: 40 })
    .map((alerts) =>
      Object.fromEntries(alerts.map((each, index) => [String(index), { ...each, fingerprint: String(index) }])),
    ),
  groups: fc
    .array(fc.nat(500), { maxLength: 2 })
    .map((truncated) =>
      Object.fromEntries(
        truncated.map((count, index) => [
          `vigie\n${index}`,
          { receiver: 'vigie', key: String(index), labels: {}, truncated: count, linkedAt: at(0), changedAt: at(0) },
        ]),
      ),
    ),
});
