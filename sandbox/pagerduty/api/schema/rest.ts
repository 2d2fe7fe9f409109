/** What the REST API takes in bodies, and its words for what it does not. */

import { eventTypes, quietEventTypes } from '../../webhooks/subscriptions.ts';
import { anything, boolean, counting, list, object, oneOf, opt, text, url, type Found, type Rule } from './shape.ts';

/** A reference to something else. Whole resources that came from the API may be sent back as references. */
function ref(...kinds: readonly string[]): Rule {
  const types = kinds.flatMap((kind) => [`${kind}_reference`, kind]);
  return object({
    id: text(),
    type: oneOf(...types),
    summary: opt(anything),
    self: opt(anything),
    html_url: opt(anything),
  });
}

const assignments = list(object({ assignee: ref('user'), at: opt(anything) }));
const bridge = object({ conference_number: opt(text()), conference_url: opt(url) });
const urgency = oneOf('high', 'low');

/** `POST /incidents`. The body's details are text, whatever the published schema says. */
export const createIncident = object({
  incident: object({
    type: oneOf('incident'),
    title: text(1024),
    service: ref('service'),
    urgency: opt(urgency),
    incident_key: opt(text(255)),
    body: opt(object({ type: oneOf('incident_body'), details: opt(text()) })),
    escalation_policy: opt(ref('escalation_policy')),
    assignments: opt(assignments),
    priority: opt(ref('priority')),
    conference_bridge: opt(bridge),
  }),
});

const changes = {
  type: oneOf('incident', 'incident_reference'),
  status: opt(oneOf('resolved', 'acknowledged', 'triggered')),
  escalation_level: opt(counting),
  escalation_policy: opt(ref('escalation_policy')),
  assignments: opt(assignments),
  priority: opt(ref('priority')),
  title: opt(text(1024)),
  urgency: opt(urgency),
  resolution: opt(text()),
  conference_bridge: opt(bridge),
};

/** `PUT /incidents/{id}`. */
export const changeIncident = object({ incident: object({ ...changes, id: opt(text()) }) });

/** `PUT /incidents`, at most 250 at once. */
export const changeIncidents = object({ incidents: list(object({ ...changes, id: text() }), 250) });

/** `POST /incidents/{id}/notes`. */
export const addNote = object({ note: object({ content: text(25_000) }) });

/** `POST /incidents/{id}/status_updates`. */
export const addUpdate = object({ message: text(), subject: opt(text()), html_message: opt(text()) });

/** `POST /incidents/{id}/responder_requests`. */
export const askResponders = object({
  requester_id: text(),
  message: text(),
  responder_request_targets: list(object({ responder_request_target: ref('user', 'escalation_policy') })),
});

const subscription = {
  type: oneOf('webhook_subscription'),
  delivery_method: object({
    type: oneOf('http_delivery_method'),
    url,
    custom_headers: opt(list(object({ name: text(), value: text() }))),
    id: opt(anything),
    secret: opt(anything),
    temporarily_disabled: opt(anything),
  }),
  description: opt(text()),
  events: list(oneOf(...eventTypes, ...quietEventTypes)),
  filter: object({ type: oneOf('account_reference', 'service_reference', 'team_reference'), id: opt(text()) }),
  active: opt(boolean),
};

/** `POST /webhook_subscriptions`. */
export const createSubscription = object({ webhook_subscription: object(subscription) });

/** `PUT /webhook_subscriptions/{id}`. */
export const changeSubscription = object({
  webhook_subscription: object({
    description: opt(text()),
    events: opt(subscription.events),
    filter: opt(subscription.filter),
    active: opt(boolean),
    type: opt(subscription.type),
  }),
});

/** What is wrong, in the words of the REST API. */
export function restWords({ path, flaw }: Found): string {
  const last = path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? path;
  const name = `${last.charAt(0).toUpperCase()}${last.slice(1).replaceAll('_', ' ')}`;
  switch (flaw.is) {
    case 'missing':
    case 'unknown':
      return `${name} cannot be empty.`;
    case 'choice':
      return `${name} must be one of ${flaw.of.join(', ')}.`;
    case 'length':
      return `${name} must have ${flaw.exactly} characters.`;
    case 'long':
      return `${name} is too long (maximum is ${flaw.most} ${flaw.of}).`;
    case 'type':
      return `${name} must be a valid ${flaw.wanted}.`;
  }
}
