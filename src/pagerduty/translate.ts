/** What a webhook says, in our words; and which of them are only the echo of what we did. */
import type { PagerReport } from '../incident/pager.ts';
import type { Instant, Person } from '../incident/incident.ts';
import { webAddress } from './answers.ts';
import { ourName } from './events.ts';
import { type Hook, type HookReference, readHook } from './hook.ts';
import { isMarked } from './limits.ts';
import { clip, line } from './words.ts';

/** Where a person of ours has an id of Slack, one of PagerDuty has this before theirs. */
const prefix = 'pagerduty:';

/** PagerDuty itself, where a person is asked for. */
export const pagerDutyItself: Person = { id: 'pagerduty', name: 'PagerDuty' };

/** An integration of the Events API, where a person is asked for: ours, or one with the same routing key. */
export const integrationItself: Person = { id: 'pagerduty:integration', name: 'an integration of PagerDuty' };

/** PagerDuty's id of a person that a report names; null for anybody else. */
export const pagerDutyIdOf = ({ id }: Person): string | null =>
  id.startsWith(prefix) && id !== integrationItself.id ? id.slice(prefix.length) : null;

/**
 * Translates a stored body. Null when it says nothing that concerns us, or is only our own echo. `self` is PagerDuty's id
 * of the user as whom we write, where it is known; `at` is when the body came, for events that do not say when.
 */
export function translate(body: string, at: Instant, self: string | null): PagerReport | null {
  const hook = readHook(body);
  const said = hook === null ? null : reportOf(hook, at);
  return hook === null || said === null || isEcho(hook, said, self) ? null : said;
}

function reportOf(hook: Hook, came: Instant): PagerReport | null {
  const { data } = hook;
  // Notes and responders are things of their own, which name their incident.
  const incident = data.type === 'incident' ? data.id : data.incident?.id;
  if (typeof incident !== 'string' || !/^\w{1,64}$/.test(incident)) return null;
  const common = {
    // A clock that is ahead must not make things happen in the future.
    at: Math.min(hook.at ?? came, came),
    incident,
    dedupKey: data.incident_key === '' ? null : (data.incident_key ?? null),
    url: webAddress(data.type === 'incident' ? data.html_url : data.incident?.html_url),
    by: doer(hook.agent),
  };
  switch (hook.type) {
    case 'incident.triggered':
      return { ...common, type: 'PagerTriggered' };
    case 'incident.acknowledged':
      return { ...common, type: 'PagerAcknowledged' };
    case 'incident.unacknowledged':
      return { ...common, type: 'PagerUnacknowledged' };
    case 'incident.resolved':
      return { ...common, type: 'PagerResolved' };
    case 'incident.reopened':
      return { ...common, type: 'PagerReopened' };
    case 'incident.escalated':
      return { ...common, ...reassigned(hook, 'escalated') };
    case 'incident.delegated':
      return { ...common, ...reassigned(hook, 'delegated') };
    case 'incident.reassigned':
      return { ...common, ...reassigned(hook, 'reassigned') };
    case 'incident.priority_updated':
      return { ...common, type: 'PagerPrioritised', priority: line(data.priority?.summary ?? '', 40) || null };
    case 'incident.annotated':
      return { ...common, type: 'PagerNoted', text: clip(data.content ?? '', 3_000) };
    case 'incident.responder.added':
      return { ...common, type: 'PagerResponderAsked', whom: personOf(data.user) };
    case 'incident.responder.replied': {
      const joins = data.state === 'joined' || data.state === 'accepted';
      return { ...common, type: 'PagerResponderAnswered', whom: personOf(data.user), joins };
    }
    default:
      // PagerDuty adds types as it likes.
      return null;
  }
}

/** Somebody whom the REST API names. */
export const personOfUser = ({ id, name }: { readonly id: string; readonly name: string }): Person => ({
  id: `${prefix}${id}`,
  name,
});

const reassigned = ({ data }: Hook, how: 'escalated' | 'delegated' | 'reassigned') =>
  ({
    type: 'PagerReassigned',
    how,
    to: (data.assignees ?? []).map(personOf),
    policy: line(data.escalation_policy?.summary ?? '', 80) || null,
  }) as const;

/** Somebody that PagerDuty names; their own names are hostile text. */
function personOf(reference: HookReference | null | undefined): Person {
  const id = reference?.id ?? '';
  if (!/^\w{1,64}$/.test(id)) return pagerDutyItself;
  return { id: `${prefix}${id}`, name: line(reference?.summary ?? '', 80) || id };
}

const isUser = (agent: HookReference | null): boolean => agent?.type?.startsWith('user') === true;
const isIntegration = (agent: HookReference | null): boolean => agent?.type?.includes('integration') === true;

function doer(agent: HookReference | null): Person {
  if (isUser(agent)) return personOf(agent);
  return isIntegration(agent) ? integrationItself : pagerDutyItself;
}

/**
 * Whether an event only tells of what we did. What a person did never is, even with our `from` address: we acknowledge
 * and resolve as an integration, so nobody's word can be taken for ours.
 */
function isEcho({ agent, client }: Hook, report: PagerReport, self: string | null): boolean {
  const isOurs = !isUser(agent) && (isIntegration(agent) || client === ourName);
  const isSelf = isUser(agent) && self !== null && agent?.id === self;
  switch (report.type) {
    case 'PagerTriggered':
      // That is the proof of a page.
      return false;
    case 'PagerAcknowledged':
    case 'PagerUnacknowledged':
    case 'PagerReopened':
      return isOurs;
    case 'PagerResolved':
      // Alertmanager may have done it by a route of its own: the core compares with what it knows.
      return client === ourName && !isUser(agent);
    case 'PagerNoted':
      return isMarked(report.text);
    case 'PagerReassigned':
    case 'PagerPrioritised':
    case 'PagerResponderAsked':
    case 'PagerResponderAnswered':
      return isOurs || isSelf;
  }
}
