/** Answers of the REST API: results, and refusals with PagerDuty's codes (https://developer.pagerduty.com/docs/errors). */

import type { Trouble } from '../incidents/incident.ts';
import type { Standing } from './limits.ts';

/** What a request comes to. `own` marks mistakes that no correct app makes, and `reasons` says which. */
export type Answer = {
  readonly status: number;
  /** Undefined for no body at all. */
  readonly body: unknown;
  readonly headers?: Record<string, string>;
  readonly own?: boolean;
  readonly reasons?: readonly string[];
};

/** A result. */
export function result(body: unknown, status = 200): Answer {
  return { status, body };
}

/** How to refuse: a status, a code, a message, details. */
export type Refusing = Trouble & {
  readonly status: number;
  readonly errors?: readonly string[];
  readonly own?: boolean;
};

/** A refusal. */
export function refuse({ status, code, message, errors, own = false }: Refusing): Answer {
  const body = { error: { message, code, ...(errors ? { errors } : {}) } };
  return { status, body, own, reasons: errors && errors.length > 0 ? errors : [message] };
}

/** A refusal because of the state of the world, such as an incident that is resolved already. */
export function refuseFor(trouble: Trouble, status = 400): Answer {
  return refuse({ ...trouble, status, errors: [] });
}

/** A refusal of what the request holds. */
export function invalid(...errors: readonly string[]): Answer {
  return refuse({ status: 400, code: 2001, message: 'Invalid Input Provided', errors, own: true });
}

/** There is no such thing, or no such path. */
export function notFound(message = 'Not Found', code = 2100, own = false): Answer {
  return refuse({ status: 404, code, message, own });
}

/** The headers that say how a limit stands. */
export function limitHeaders({ limit, remaining, resetSeconds }: Omit<Standing, 'over'>): Record<string, string> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
  };
}

/** What the REST API answers with a status, for limits and ordered faults. */
export function restStatus(status: number): unknown {
  const known: { readonly [status: number]: Trouble } = {
    401: { code: 2006, message: 'Authentication failed' },
    402: { code: 2014, message: 'Missing Account Ability' },
    403: { code: 2010, message: 'Access Denied' },
    404: { code: 2100, message: 'Not Found' },
    408: { code: 2016, message: 'The request took too long to process' },
    429: { code: 2020, message: 'Rate Limit Exceeded' },
  };
  const internal = { code: 2000, message: 'An internal error has occurred. PagerDuty team has been notified.' };
  return { error: known[status] ?? internal };
}

/** The same for the Events API. */
export function eventsStatus(status: number): unknown {
  if (status === 429) {
    const message = 'Requests for this service are arriving too quickly.  Please retry later.';
    return { status: 'throttle exceeded', message };
  }
  if (status < 500) return { status: 'invalid event', message: 'Event object is invalid', errors: ['Refused'] };
  return { status: 'error', message: 'Internal server error' };
}
