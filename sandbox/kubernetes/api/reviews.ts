/** Reviews of one's own rights, which need no grant. */

import { listAt, objectAt, stringAt, type JsonObject } from '../json.ts';
import { mayDo, type User } from './users.ts';

function accessReview(user: User, review: JsonObject): JsonObject {
  const spec = objectAt(review, 'spec');
  const asked = objectAt(spec, 'resourceAttributes');
  const subresource = stringAt(asked, 'subresource');
  const allowed =
    spec['nonResourceAttributes'] !== undefined ||
    mayDo(user, {
      verb: stringAt(asked, 'verb'),
      group: stringAt(asked, 'group'),
      resource: stringAt(asked, 'resource') + (subresource === '' ? '' : `/${subresource}`),
      namespace: stringAt(asked, 'namespace'),
      name: stringAt(asked, 'name'),
    });
  const reason = allowed ? { reason: `RBAC: allowed by the rules of ${user.name}` } : {};
  return { spec, status: { allowed, ...reason } };
}

function rulesReview(user: User, review: JsonObject): JsonObject {
  const namespace = stringAt(objectAt(review, 'spec'), 'namespace');
  const rules = user.rules.filter(({ namespaces }) => namespaces === undefined || namespaces.includes(namespace));
  const resourceRules = rules.map(({ verbs, apiGroups, resources, resourceNames }) => ({
    verbs,
    apiGroups,
    resources,
    ...(resourceNames === undefined ? {} : { resourceNames }),
  }));
  return { spec: {}, status: { resourceRules, nonResourceRules: [], incomplete: false } };
}

/** The kinds of review, by the plural name they are posted to. */
const reviews: { readonly [plural: string]: (user: User, review: JsonObject) => JsonObject } = {
  selfsubjectaccessreviews: accessReview,
  selfsubjectrulesreviews: rulesReview,
  selfsubjectreviews: (user) => ({
    status: { userInfo: { username: user.name, groups: listAt({ groups: user.groups ?? [] }, 'groups') } },
  }),
};

/** The groups and kinds that reviews are found under, for discovery. */
export const reviewKinds = [
  { group: 'authorization.k8s.io', kind: 'SelfSubjectAccessReview', plural: 'selfsubjectaccessreviews' },
  { group: 'authorization.k8s.io', kind: 'SelfSubjectRulesReview', plural: 'selfsubjectrulesreviews' },
  { group: 'authentication.k8s.io', kind: 'SelfSubjectReview', plural: 'selfsubjectreviews' },
] as const;

/** The answer to a review, or null when this is not one. */
export function answerReview(user: User, group: string, plural: string, review: JsonObject): JsonObject | null {
  const known = reviewKinds.find((each) => each.group === group && each.plural === plural);
  const answer = reviews[plural];
  if (!known || !answer) return null;
  return { kind: known.kind, apiVersion: `${group}/v1`, metadata: {}, ...answer(user, review) };
}
