/** What the Events API takes (https://developer.pagerduty.com/docs/send-alert-event), and its words for what it does not. */

import {
  anyObject,
  anything,
  dateTime,
  exactly,
  list,
  object,
  oneOf,
  opt,
  secureUrl,
  text,
  url,
  type Found,
  type Rule,
} from './shape.ts';

/** The whole request; Alertmanager cuts at the same number. */
export const mostBytes = 512_000;

const actions = ['trigger', 'acknowledge', 'resolve'] as const;

const payload = object({
  summary: text(1024),
  source: text(),
  severity: oneOf('critical', 'warning', 'error', 'info'),
  timestamp: opt(dateTime),
  component: opt(text()),
  group: opt(text()),
  class: opt(text()),
  custom_details: opt(anyObject),
});

const shared = { routing_key: exactly(32), event_action: oneOf(...actions) };

const trigger = object({
  ...shared,
  payload,
  dedup_key: opt(text(255)),
  client: opt(text()),
  client_url: opt(url),
  links: opt(list(object({ href: url, text: opt(text()) }))),
  images: opt(list(object({ src: secureUrl, href: opt(url), alt: opt(text()) }))),
});

/** Clients such as pdjs insist on a payload here; it does nothing. */
const followUp = object({ ...shared, dedup_key: text(255), payload: opt(anything) });

/** The rule for an event with this action. */
export function eventRule(action: unknown): Rule {
  return action === 'acknowledge' || action === 'resolve' ? followUp : trigger;
}

/** What is wrong, in the words of the Events API. Those about lengths and types other than the routing key's are guesses. */
export function eventWords({ path, flaw }: Found): string {
  switch (flaw.is) {
    case 'missing':
    case 'unknown':
      return `'${path}' is missing or blank`;
    case 'choice': {
      const quoted = flaw.of.map((word) => `'${word}'`);
      return `'${path}' is invalid (must be one of the following: ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)})`;
    }
    case 'length':
      return `Length of '${path}' is incorrect (should be ${flaw.exactly} characters)`;
    case 'long':
      return `'${path}' is too long (maximum is ${flaw.most} ${flaw.of})`;
    case 'type':
      return `'${path}' is invalid (must be a valid ${flaw.wanted})`;
  }
}
