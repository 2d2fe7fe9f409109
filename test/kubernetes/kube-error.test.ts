/** Errors of a cluster: the kind that decides what follows, and the sentence that a person reads. */
import { describe, expect, it } from 'vitest';
import { errorOfAnswer } from '../../src/kubernetes/kube-error.ts';

describe('an answer that is no success', () => {
  const status = (message: string, more: object = {}): string =>
    JSON.stringify({ kind: 'Status', status: 'Failure', message, reason: 'Some', ...more });
  const table: readonly (readonly [number, string, string])[] = [
    [
      401,
      status('Unauthorized'),
      'credentials: Credentials: cluster eu does not accept ours any more. Renew them in its kubeconfig',
    ],
    [
      403,
      status('pods is forbidden: User "bot" cannot list resource "pods" in API group "" in the namespace "shop"'),
      'forbidden: Vigie may not list pods in namespace shop of cluster eu. Add this rule to its Role: {apiGroups: [""], resources: [pods], verbs: [list]}',
    ],
    [403, status('exceeded quota: q'), 'quota: A quota of cluster eu does not allow it: exceeded quota: q'],
    [
      403,
      status('admission webhook "p" denied the request: no'),
      'denied: A policy of cluster eu denied it: admission webhook "p" denied the request: no',
    ],
    [
      422,
      status("ValidatingAdmissionPolicy 'p' denied request: no"),
      "denied: A policy of cluster eu denied it: ValidatingAdmissionPolicy 'p' denied request: no",
    ],
    [404, status('deployments.apps "x" not found'), 'missing: Not found in cluster eu: deployments.apps "x" not found'],
    [
      409,
      status('the object has been modified'),
      'conflict: Something else in cluster eu was faster: the object has been modified',
    ],
    [410, status('too old'), 'expired: Too old for cluster eu: too old'],
    [
      400,
      status('admission webhook "w" does not support dry run'),
      'no-dry-run: An admission webhook of cluster eu can\'t judge a dry run: admission webhook "w" does not support dry run',
    ],
    [
      422,
      status('invalid', { details: { causes: [{ field: 'spec.replicas', message: 'must be at least 0' }] } }),
      'invalid: Invalid for cluster eu: spec.replicas: must be at least 0',
    ],
    [429, status('busy'), 'throttled: The API server of cluster eu is busy, or a disruption budget holds: busy'],
    [
      500,
      status('failed calling webhook "w": timeout'),
      'webhook: An admission webhook of cluster eu does not answer: failed calling webhook "w": timeout',
    ],
    [
      502,
      '<html>',
      'ambiguous: The API server of cluster eu is in trouble (502, HTTP 502): it answered 502 without a word. It may have been done all the same',
    ],
    [302, '', 'other: The answer of cluster eu (302, HTTP 302) makes no sense here: it answered 302 without a word'],
  ];

  it.each(table)('%i is read', (code, body, says) => {
    const { kind, message } = errorOfAnswer({ cluster: 'eu', write: true, code, body, retryAfter: null });
    expect(`${kind}: ${message}`).toBe(says);
  });

  it('says how long to wait', () => {
    const of = (retryAfter: string | null, body: string): number | null =>
      errorOfAnswer({ cluster: 'eu', write: false, code: 429, body, retryAfter }).retryAfter;
    expect(of('7', '')).toBe(7_000);
    expect(of(null, status('busy', { details: { retryAfterSeconds: 3 } }))).toBe(3_000);
    expect(of('soon', '')).toBeNull();
    expect(of(null, '')).toBeNull();
  });

  it('is shown without what is invisible or secret', () => {
    const hostile = `no \u001B[31m\u202Etoken=abc123 https://me:pass@host Bearer aaaaaaaaaaaaa ${'x'.repeat(5_000)}`;
    const { message } = errorOfAnswer({
      cluster: 'eu',
      write: true,
      code: 400,
      body: status(hostile),
      retryAfter: null,
    });
    // oxlint-disable-next-line no-control-regex -- the control character is what must not be there
    expect(message).not.toMatch(/\u001B|\u202E|abc123|pass@|aaaaaaaaaaaaa/);
    expect(message.length).toBeLessThan(500);
  });
});
