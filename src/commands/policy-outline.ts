/** What a policy would do about one incident, as plain text for a terminal: who is called when, if nobody does anything. */
import type { Config, PagerDutyConfig } from '../config/config.ts';
import { openZone } from '../config/zone.ts';
import type { Call } from '../escalation/call.ts';
import type { Setting } from '../escalation/climb.ts';
import { climbOn } from '../escalation/move.ts';
import { deedsOf, pagesAt } from '../escalation/policy.ts';
import type { Expiry, Fallback, LevelDeed, Policy } from '../escalation/policy.ts';
import type { Instant } from '../incident/incident.ts';
import type { Service } from '../incident/rules.ts';
import { spoken } from '../incident/timeline.ts';

/** One incident and what it is judged by. */
export interface Trial {
  readonly setting: Setting;
  readonly service: Service | null;
  readonly at: Instant;
}

/** The timeline of a policy while nobody acknowledges, and its other rules, one line each. */
export function outlinePolicy(
  { setting, service, at }: Trial,
  { pagerduty }: Pick<Config, 'pagerduty'>,
): readonly string[] {
  const { policy, severity } = setting;
  if (policy.levels.length === 0) return ['The policy has no levels: nobody is called.', '', ...rules(policy)];
  const mute = !pagesAt(severity) && policy.levels.some((level) => level.do.some(({ kind }) => kind === 'pagerduty'));
  const lines = ['If nobody acknowledges it:'];
  const when = clock(policy.timezone);
  let next = climbOn({ is: 'idle' }, { type: 'Started', at }, setting);
  for (let now = at; ;) {
    const { call, climb, exhausted } = next;
    if (call !== null) {
      const repeats = climb.is === 'running' ? climb.repeats : 0;
      lines.push(`${when(now)}  ${title(call, policy, repeats)}`);
      const deeds = call.levels.flatMap((level) => deedsOf(level, severity));
      const all = new Set(deeds.flatMap((deed) => says(deed, setting, service, pagerduty)));
      // The second repeat does what the first one did.
      if (call.why !== 'repeated' || repeats === 1) lines.push(...[...all].map((text) => `    ${text}`));
    }
    if (exhausted) lines.push(`${when(now)}  nobody answered: the policy is exhausted`);
    if (next.next === null) break;
    now = next.next;
    next = climbOn(climb, { type: 'Due', at: now }, setting);
  }
  const left = mute ? [`PagerDuty is left out: ${severity} stays in Slack.`] : [];
  return [...lines, ...left, '', ...rules(policy)];
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `Sat 2026-11-21 02:19`, on the clocks of a zone. */
export function clock(timezone: string): (at: Instant) => string {
  const zone = openZone(timezone);
  return (at) => {
    const shown = new Date(zone.shown(at));
    return `${days[shown.getUTCDay()]} ${shown.toISOString().slice(0, 16).replace('T', ' ')}`;
  };
}

function title({ levels, why }: Call, { repeat }: Policy, repeats: number): string {
  const names = levels.map(({ id, name }) => (name === id ? id : `${id} ${name}`)).join(', ');
  return why === 'repeated' ? `again, ${repeats} of ${repeat?.times ?? 0}: ${names}` : names;
}

function says(
  deed: LevelDeed,
  { automated }: Setting,
  service: Service | null,
  pagerduty: PagerDutyConfig | null,
): readonly string[] {
  switch (deed.kind) {
    case 'slack':
      return [`Slack: ${mentioned(deed.mention, service)}`];
    case 'automation':
      return automated
        ? [`automation: must act within ${spoken(deed.deadline)}, and help within ${spoken(deed.verifyWithin)}`]
        : [];
    case 'pagerduty':
      return [
        `PagerDuty: ${paged(deed.service, service, pagerduty)}`,
        ...deed.responders.map(({ is, id }) => `PagerDuty: adds ${is === 'user' ? 'the user' : 'the policy'} ${id}`),
        ...(deed.escalationPolicy === null ? [] : [`PagerDuty: hands over to the policy ${deed.escalationPolicy}`]),
      ];
  }
}

function mentioned(mention: Extract<LevelDeed, { kind: 'slack' }>['mention'], service: Service | null): string {
  if (mention === null) return 'tells the channel, and calls nobody';
  if (mention === 'oncall') return 'calls who is on call';
  if (mention !== 'group') return `calls ${mention.join(', ')}`;
  const group = service?.slack.group ?? null;
  return group === null ? 'calls nobody: the incident has no service with a user group' : `calls the group ${group}`;
}

/** Whose key pages. */
function paged(named: string, service: Service | null, pagerduty: PagerDutyConfig | null): string {
  const wanted = named === 'incident' ? (service?.name ?? null) : named === 'default' ? null : named;
  if (wanted !== null && pagerduty?.services[wanted] !== undefined) return `pages the service ${wanted}`;
  return pagerduty?.default === null || pagerduty === null
    ? 'pages nobody: there is no key'
    : 'pages the default service';
}

const expiry: Readonly<Record<Expiry, string>> = {
  resume: 'the clock goes on where it stood',
  restart: 'the policy begins anew',
  next_level: 'the next level is entered at once',
};

function rules({ ack, quiet, timezone, confirm, fallback }: Policy): readonly string[] {
  return [
    `An acknowledgement lasts ${spoken(ack.lease)}; when it ends, ${expiry[ack.onExpiry]}.`,
    ...quiet.map(
      ({ days: on, from, to, severities }) =>
        `Quiet for ${severities.join(' and ')}: ${on.join(', ')} from ${time(from)} to ${time(to)} (${timezone}).`,
    ),
    ...(confirm === null ? [] : [`A page that is not confirmed within ${spoken(confirm)} counts as failed.`]),
    ...(fallback.length === 0 ? [] : [`When a page fails: ${fallback.map(instead).join('; then ')}.`]),
  ];
}

const time = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

function instead(fallback: Fallback): string {
  switch (fallback.kind) {
    case 'pagerduty':
      return `PagerDuty with the key ${fallback.routingKey}`;
    case 'slack': {
      const { channel, mention } = fallback;
      const called =
        mention === null ? '' : `, which calls ${typeof mention === 'string' ? `@${mention}` : mention.join(', ')}`;
      return `a message in ${channel}${called}`;
    }
    case 'webhook':
      return `the webhook ${fallback.url}`;
  }
}
