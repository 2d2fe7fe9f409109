/** Whatever an API server or the way to it can do wrong, as one error whose message a person can read. */
import type { Duration } from '../incident/incident.ts';
import { dig, isObject, type Json, list, number, parseJson, text } from './json.ts';
import { line } from './words.ts';

/** What went wrong. Only after `ambiguous` may a write have landed. */
export type KubeTrouble =
  /** The kubeconfig is missing, broken, or asks for what is not allowed. */
  | 'settings'
  /** The cluster was not reached, or a read had no whole answer. */
  | 'network'
  /** A write had no answer, or one that proves nothing: it may have landed, or may land yet. */
  | 'ambiguous'
  /** A read was answered with a fault of the server. */
  | 'server'
  | 'credentials'
  /** The Role lacks a rule. */
  | 'forbidden'
  /** An admission webhook or policy said no. */
  | 'denied'
  | 'quota'
  | 'missing'
  /** Somebody else wrote first, or the object is another one. */
  | 'conflict'
  /** Too old a place in a list or watch. */
  | 'expired'
  | 'invalid'
  /** A webhook can't judge a dry run: neither yes nor no. */
  | 'no-dry-run'
  | 'throttled'
  /** A webhook that must be asked does not answer. */
  | 'webhook'
  | 'other';

/** What is known about a failure. */
export interface KubeFacts {
  /** HTTP status; 0 when there was no answer. */
  readonly code: number;
  /** Kubernetes' word (`NotFound`), or the network's (`ECONNREFUSED`). */
  readonly reason: string;
  /** Field by field, for what is invalid. */
  readonly causes?: readonly string[];
  readonly retryAfter?: Duration | null;
}

/** A request to a cluster had no good end. The message is a sentence for a person; it holds no secret. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly kind: KubeTrouble;
  readonly code: number;
  readonly reason: string;
  readonly causes: readonly string[];
  /** How long the server wants to be left alone; null when it does not say. */
  readonly retryAfter: Duration | null;

  constructor(kind: KubeTrouble, message: string, facts: KubeFacts, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.code = facts.code;
    this.reason = facts.reason;
    this.causes = facts.causes ?? [];
    this.retryAfter = facts.retryAfter ?? null;
  }
}

/** An answer that is not a success. */
export interface BadAnswer {
  readonly cluster: string;
  readonly write: boolean;
  readonly code: number;
  /** The body as it came: a Status, or anything. */
  readonly body: string;
  /** The header, as it came. */
  readonly retryAfter: string | null;
}

/** The error for an answer that is not a success. */
export function errorOfAnswer({ cluster, write, code, body, retryAfter }: BadAnswer): KubeError {
  const status = statusOf(body);
  const said = line(text(status, 'message'), 400);
  const reason = text(status, 'reason') || `HTTP ${code}`;
  const seconds = Number(retryAfter ?? number(status, 'details', 'retryAfterSeconds') ?? Number.NaN);
  const causes = list(status, 'details', 'causes').map((cause) =>
    line([text(cause, 'field'), text(cause, 'message')].filter((part) => part !== '').join(': '), 200),
  );
  const facts: KubeFacts = {
    code,
    reason: line(reason, 60),
    causes: causes.filter((cause) => cause !== ''),
    retryAfter: seconds >= 0 && seconds < 86_400 ? Math.ceil(seconds * 1000) : null,
  };
  const [kind, message] = judge(`cluster ${cluster}`, code, reason, said, write, facts.causes ?? []);
  return new KubeError(kind, message, facts);
}

const statusOf = (body: string): Json | undefined => {
  try {
    const parsed = parseJson(body);
    return isObject(parsed) && dig(parsed, 'kind') === 'Status' ? parsed : undefined;
  } catch {
    return undefined;
  }
};

type Verdict = readonly [KubeTrouble, string];

function judge(
  where: string,
  code: number,
  reason: string,
  said: string,
  write: boolean,
  causes: readonly string[],
): Verdict {
  const quoted = said === '' ? `it answered ${code} without a word` : said;
  if (/does not support dry[- ]?run/i.test(said)) {
    return ['no-dry-run', `An admission webhook of ${where} can't judge a dry run: ${said}`];
  }
  if (code < 500 && /admission webhook .* denied the request|ValidatingAdmissionPolicy/i.test(said)) {
    return ['denied', `A policy of ${where} denied it: ${said}`];
  }
  switch (code) {
    case 401:
      return ['credentials', `Credentials: ${where} does not accept ours any more. Renew them in its kubeconfig`];
    case 403:
      if (/exceeded quota/i.test(said)) return ['quota', `A quota of ${where} does not allow it: ${said}`];
      return ['forbidden', forbidden(where, quoted)];
    case 404:
      return ['missing', `Not found in ${where}: ${quoted}`];
    case 409:
      return ['conflict', `Something else in ${where} was faster: ${quoted}`];
    case 410:
      return ['expired', `Too old for ${where}: ${quoted}`];
    case 400:
    case 422: {
      const shown = causes.length === 0 ? quoted : causes.join('; ');
      return ['invalid', `Invalid for ${where}: ${line(shown, 400)}`];
    }
    case 429:
      return ['throttled', `The API server of ${where} is busy, or a disruption budget holds: ${quoted}`];
    default:
  }
  if (code >= 500 && /failed calling webhook|failed to call webhook/i.test(said)) {
    return ['webhook', `An admission webhook of ${where} does not answer: ${said}`];
  }
  if (code >= 500 || code === 408) {
    const trouble = `The API server of ${where} is in trouble (${code}, ${reason}): ${quoted}`;
    return write ? ['ambiguous', `${trouble}. It may have been done all the same`] : ['server', trouble];
  }
  return ['other', `The answer of ${where} (${code}, ${line(reason, 60)}) makes no sense here: ${quoted}`];
}

/** Names the missing rule, so that it can be granted. */
function forbidden(where: string, said: string): string {
  const found =
    /cannot (\w+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)"| at the cluster scope)?/.exec(
      said,
    );
  if (found === null) return `Not allowed in ${where}: ${said}`;
  const [, verb = '', resource = '', group = '', namespace] = found;
  const place = namespace === undefined ? 'at cluster scope' : `in namespace ${namespace}`;
  const rule = `{apiGroups: [${group === '' ? '""' : group}], resources: [${resource}], verbs: [${verb}]}`;
  return `Vigie may not ${verb} ${resource} ${place} of ${where}. Add this rule to its Role: ${rule}`;
}
