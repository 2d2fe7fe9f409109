/** Refusals as the API server words them: an error that carries a Status object. */

import type { JsonObject } from '../json.ts';
import { qualified, type Resource } from '../store/resources.ts';

/** One cause of an invalid object. */
export type Cause = { readonly reason: string; readonly message: string; readonly field: string };

/** What a Status says beyond its message. */
export type Details = {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
};

/** A refusal by the API server. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly details: Details;

  constructor(code: number, reason: string, message: string, details: Details = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** The Status object. */
  body(): JsonObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      details: this.details,
      code: this.code,
    };
  }
}

type About = Pick<Resource, 'group' | 'plural'>;

function about({ group, plural }: About, name: string): Details {
  return { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), kind: plural };
}

function quoted(resource: About, name: string): string {
  return name === '' ? qualified(resource) : `${qualified(resource)} "${name}"`;
}

/** 404 for an object. */
export function notFound(resource: About, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${quoted(resource, name)} not found`, about(resource, name));
}

/** 404 for a path that the server does not have. */
export function noSuchPath(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource');
}

/** 405. */
export function notAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiError(405, 'MethodNotAllowed', message);
}

/** 409 for an object that is there. */
export function alreadyExists(resource: About, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${quoted(resource, name)} already exists`, about(resource, name));
}

/** 409 for a write with an old resourceVersion, or with another reason why it lost. */
export function conflict(resource: About, name: string, why?: string): ApiError {
  const lost = 'the object has been modified; please apply your changes to the latest version and try again';
  const message = `Operation cannot be fulfilled on ${quoted(resource, name)}: ${why ?? lost}`;
  return new ApiError(409, 'Conflict', message, about(resource, name));
}

/** The other half of a 409: the object is not the one that was meant. */
export function uidMismatch(wanted: string, found: string): string {
  return `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${found}`;
}

/** 400. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** 403 with a reason. */
export function forbidden(resource: About, name: string, why: string): ApiError {
  return new ApiError(403, 'Forbidden', `${quoted(resource, name)} is forbidden: ${why}`, about(resource, name));
}

/** 401. */
export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

/** 422 with all that is wrong. */
export function invalid(resource: Pick<Resource, 'group' | 'kind'>, name: string, causes: readonly Cause[]): ApiError {
  const kind = resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
  const listed = causes.map(({ field, message }) => `${field}: ${message}`);
  const all = listed.length === 1 ? listed.join('') : `[${listed.join(', ')}]`;
  const details = { name, ...(resource.group === '' ? {} : { group: resource.group }), kind: resource.kind, causes };
  return new ApiError(422, 'Invalid', `${kind} "${name}" is invalid: ${all}`, details);
}

/** 410 for a version that is no longer remembered. */
export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

/** 429. */
export function tooMany(retryAfterSeconds: number): ApiError {
  const message = 'Too many requests, please try again later.';
  return new ApiError(429, 'TooManyRequests', message, { retryAfterSeconds });
}

/** 500, 503, 504 and whatever else, as the server words them. */
export function broken(code: number): ApiError {
  if (code === 503) return new ApiError(503, 'ServiceUnavailable', 'apiserver is shutting down');
  if (code === 504) {
    const message = 'Timeout: request did not complete within requested timeout - context deadline exceeded';
    return new ApiError(504, 'Timeout', message);
  }
  return new ApiError(code, 'InternalError', 'Internal error occurred: etcdserver: request timed out');
}
